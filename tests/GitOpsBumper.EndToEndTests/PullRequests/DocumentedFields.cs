using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests;

/// <summary>The body of a request, of which every field is one that documents name, and of their type.</summary>
internal static class DocumentedFields
{
    /// <param name="context">Whose request it is.</param>
    /// <param name="fields">Paths and kinds: <c>source.branch.name: string</c>, <c>reviewers[].uuid: string</c>; an array may be empty.</param>
    /// <returns>The body, or what is wrong with it.</returns>
    public static async Task<(JsonElement Body, string? Problem)> ReadAsync(HttpContext context, params string[] fields)
    {
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return (default, $"'{context.Request.ContentType}' is not application/json");
        try
        {
            using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var body = json.RootElement.Clone();
            return (body, body.ValueKind == JsonValueKind.Object ? Problems(body, "", [.. fields]).FirstOrDefault() : "the body is no object");
        }
        catch (JsonException failure)
        {
            return (default, failure.Message);
        }
    }

    /// <summary>Null where it is not.</summary>
    public static string? Text(this JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<string> Problems(JsonElement json, string path, HashSet<string> fields)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                return json.EnumerateObject().SelectMany(field => Problems(field.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}", fields));
            case JsonValueKind.Array when json.GetArrayLength() > 0:
                return json.EnumerateArray().SelectMany(item => Problems(item, $"{path}[]", fields));
            case JsonValueKind.Array:
                return fields.Any(field => field.StartsWith($"{path}[]", StringComparison.Ordinal)) ? [] : [$"unknown field '{path}'"];
            default:
                var kind = json.ValueKind switch
                {
                    JsonValueKind.String => "string",
                    JsonValueKind.Number => "number",
                    JsonValueKind.True or JsonValueKind.False => "boolean",
                    _ => "null",
                };
                return fields.Contains($"{path}: {kind}") ? [] : [$"unknown field '{path}', or it cannot be a {kind}"];
        }
    }
}
