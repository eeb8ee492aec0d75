using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Api.Triggers;

/// <summary>Reads what a caller wants looked at. Whatever is not understood is an error: a field with a slip of the pen would ask for more than was meant.</summary>
/// <param name="repositoryOf">How an image without registry is meant.</param>
/// <param name="argoCdNamespace">Of applications without one.</param>
internal sealed class TriggerAskReader(Func<ImageReference, RepositoryName> repositoryOf, string argoCdNamespace)
{
    private static readonly string[] Known = ["image", "tag", "digest", "application", "urgent"];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="ask">What is wanted.</param>
    /// <param name="problem">A sentence.</param>
    public bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out TriggerAsk? ask, [NotNullWhen(false)] out string? problem)
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

    private string? Read(JsonElement json, out TriggerAsk? ask)
    {
        ask = null;
        if (json.ValueKind != JsonValueKind.Object)
            return "the body has to be an object, for example {\"image\": \"registry.example.com/team/web\", \"tag\": \"1.5.0\"}";
        foreach (var field in json.EnumerateObject())
        {
            if (!Known.Contains(field.Name))
                return $"field '{Shortened.Text(field.Name)}' is not known, allowed: {string.Join(", ", Known)}";
            if (field.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.String) && !(field.Name == "urgent" && field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False))
                return field.Name == "urgent" ? "field 'urgent' has to be true or false" : $"field '{field.Name}' has to be a text";
        }

        if (json.TryGetProperty("urgent", out var isUrgent) && isUrgent.ValueKind == JsonValueKind.String)
            return "field 'urgent' has to be true or false";
        RepositoryName? image = null;
        if (Text(json, "image") is { } imageText && !TryImage(imageText, out image, out var problem))
            return problem;
        Tag? tag = null;
        if (Text(json, "tag") is { } tagText && !Tag.TryParse(tagText, out tag, out problem))
            return $"field 'tag': {problem}";
        Digest? digest = null;
        if (Text(json, "digest") is { } digestText && !Digest.TryParse(digestText, out digest, out problem))
            return $"field 'digest': {problem}";
        NamespacedName? application = null;
        if (Text(json, "application") is { } name && !NamespacedName.TryParse(name.Contains('/', StringComparison.Ordinal) ? name : $"{argoCdNamespace}/{name}", out application, out problem))
            return $"field 'application': {problem}";
        if (image is null && application is null)
            return "one of the fields 'image' and 'application' is needed";
        if (image is null && (tag is not null || digest is not null))
            return "the fields 'tag' and 'digest' are about an image: field 'image' is missing";
        ask = new TriggerAsk { Image = image, Tag = tag, Digest = digest, Application = application, IsUrgent = isUrgent.ValueKind == JsonValueKind.True };
        return null;
    }

    private bool TryImage(string text, [NotNullWhen(true)] out RepositoryName? image, [NotNullWhen(false)] out string? problem)
    {
        image = null;
        if (!ImageReference.TryParse(text, out var reference, out problem))
            problem = $"field 'image': {problem}";
        else if (reference.Version is not null)
            problem = $"field 'image': '{Shortened.Text(text)}' has a tag or a digest, these are fields of their own";
        else
            image = repositoryOf(reference);
        return image is not null;
    }

    /// <summary>Null when it is missing, null or empty: pipelines send variables that are not set.</summary>
    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
