using System.Text.Json;

namespace GitOpsBumper.EndToEndTests.PullRequests;

/// <summary>What stand-ins want of the body of a request: the fields that are documented, with the types that are, and no other.</summary>
internal static class StrictBody
{
    /// <summary>Reads a body.</summary>
    /// <param name="json">As it came.</param>
    /// <param name="fields">Name and type: <c>string</c>, <c>boolean</c>, <c>integer</c>, <c>strings</c> or <c>integers</c>, with <c>!</c> at its end where there must be one.</param>
    /// <param name="problem">Why it is refused; empty: it is not.</param>
    public static Dictionary<string, JsonElement> Read(string json, IReadOnlyDictionary<string, string> fields, out string problem)
    {
        problem = "";
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        try
        {
            foreach (var field in JsonSerializer.Deserialize<JsonElement>(json).EnumerateObject())
            {
                if (!fields.TryGetValue(field.Name, out var type))
                    problem = $"{field.Name} is no parameter";
                else if (!Fits(field.Value, type.TrimEnd('!')))
                    problem = $"{field.Name} is invalid";
                found[field.Name] = field.Value;
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            problem = "the body is no object";
        }

        if (problem.Length == 0 && fields.FirstOrDefault(field => field.Value.EndsWith('!') && !found.ContainsKey(field.Key)).Key is { } missing)
            problem = $"{missing} is missing";
        return found;
    }

    public static string? Text(this Dictionary<string, JsonElement> body, string name) => body.TryGetValue(name, out var value) ? value.GetString() : null;

    public static bool? Flag(this Dictionary<string, JsonElement> body, string name) => body.TryGetValue(name, out var value) ? value.GetBoolean() : null;

    public static IReadOnlyList<long>? Numbers(this Dictionary<string, JsonElement> body, string name) =>
        body.TryGetValue(name, out var value) ? [.. value.EnumerateArray().Select(item => item.GetInt64())] : null;

    public static IReadOnlyList<string>? Texts(this Dictionary<string, JsonElement> body, string name) =>
        body.TryGetValue(name, out var value) ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : null;

    private static bool Fits(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "strings" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String),
        "integers" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out _)),
        _ => false,
    };
}
