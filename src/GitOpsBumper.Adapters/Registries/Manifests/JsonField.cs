using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>Fields of documents that strangers wrote: what has the wrong type is missing.</summary>
internal static class JsonField
{
    public static JsonElement? Child(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    public static string? Text(JsonElement element, string name) => Child(element, name, JsonValueKind.String)?.GetString();

    /// <summary>Null also for the year 1, which is how Go writes no date.</summary>
    public static DateTimeOffset? Date(JsonElement element, string name) => Date(Text(element, name));

    public static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) && date.Year > 1 ? date : null;

    public static Digest? Digest(JsonElement element) => Text(element, "digest") is { } text && Core.Images.Digest.TryParse(text, out var digest, out _) ? digest : null;

    /// <summary>Of an index entry or an image config; null when it names none, or none that could be one.</summary>
    public static Platform? Platform(JsonElement element) => Platform(Text(element, "os"), Text(element, "architecture"), Text(element, "variant"));

    public static Platform? Platform(string? os, string? architecture, string? variant)
    {
        var text = string.IsNullOrEmpty(variant) ? $"{os}/{architecture}" : $"{os}/{architecture}/{variant}";
        return Core.Images.Platform.TryParse(text, out var platform, out _) ? platform : null;
    }
}
