using System.Text.Json;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>What a registry says of its refusal, made fit for a message: short, and without control characters.</summary>
/// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes"/>
internal static class ErrorBody
{
    private const int MaxLength = 200;

    /// <summary><c>: NAME_UNKNOWN, repository name not known to registry</c>; empty when the body says nothing that can be read.</summary>
    public static string Suffix(HttpReply reply)
    {
        if (reply.Body.Length == 0)
            return "";
        try
        {
            using var json = JsonDocument.Parse(reply.Body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return "";
            var error = root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0 ? errors[0] : root;
            var parts = new[] { TextOf(error, "code"), TextOf(error, "message"), TextOf(error, "details"), TextOf(error, "error") };
            var text = string.Join(", ", parts.Where(part => part.Length > 0).Distinct());
            return text.Length == 0 ? "" : $": {(text.Length <= MaxLength ? text : text[..MaxLength] + "...")}";
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    private static string TextOf(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return "";
        return new string([.. value.GetString()!.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(MaxLength)]).Trim().TrimEnd('.');
    }
}
