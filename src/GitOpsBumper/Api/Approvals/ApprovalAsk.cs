using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Api.Approvals;

/// <summary>What a person says of a version.</summary>
/// <param name="Version">Tag and digest: what they have seen.</param>
/// <param name="Rejects">Otherwise it is approved.</param>
/// <param name="Reason">Of a rejection; null: none was given.</param>
internal sealed record ApprovalAsk(ImageVersion Version, bool Rejects, string? Reason)
{
    private static readonly string[] Known = ["tag", "digest", "reject", "reason"];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="ask">What is said.</param>
    /// <param name="problem">A sentence.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ApprovalAsk? ask, [NotNullWhen(false)] out string? problem)
    {
        ask = null;
        try
        {
            using var json = JsonDocument.Parse(body, Options);
            problem = Read(json.RootElement, out ask);
        }
        catch (JsonException failure)
        {
            problem = $"the body is no JSON: {Shortened.Text(failure.Message)}";
        }

        return problem is null && ask is not null;
    }

    private static string? Read(JsonElement json, out ApprovalAsk? ask)
    {
        ask = null;
        if (json.ValueKind != JsonValueKind.Object)
            return "the body has to be an object, for example {\"tag\": \"1.5.0\", \"digest\": \"sha256:...\"}";
        foreach (var field in json.EnumerateObject())
        {
            if (!Known.Contains(field.Name))
                return $"field '{Shortened.Text(field.Name)}' is not known, allowed: {string.Join(", ", Known)}";
            if (field.Name == "reject" ? field.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) : field.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                return field.Name == "reject" ? "field 'reject' has to be true or false" : $"field '{field.Name}' has to be a text";
        }

        if (Text(json, "tag") is not { } tagText || Text(json, "digest") is not { } digestText)
            return "the fields 'tag' and 'digest' are needed: what is approved is one version, and nothing else that may wait by then";
        if (!Tag.TryParse(tagText, out var tag, out var problem))
            return $"field 'tag': {problem}";
        if (!Digest.TryParse(digestText, out var digest, out problem))
            return $"field 'digest': {problem}";
        var rejects = json.TryGetProperty("reject", out var reject) && reject.ValueKind == JsonValueKind.True;
        var reason = Text(json, "reason") is { } given && Rejection.Plain(given) is { Length: > 0 } plain ? plain : null;
        if (rejects && reason is null)
            return "field 'reason' is needed to reject a version";
        ask = new ApprovalAsk(new ImageVersion(tag, digest), rejects, reason);
        return null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
