using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.WriteBack.Markers;

/// <summary>
/// What a comment says: <c>{"bumper": "[[namespace:]alias:]field"}</c> with our own key, or Flux's <c>{"$imagepolicy": "namespace:policy[:field]"}</c>,
/// whose policy is our alias.
/// </summary>
/// <param name="Alias">Never empty.</param>
/// <param name="Namespace">Always null in Flux's form: there it is the namespace of Flux's own policy, not that of an Application.</param>
/// <param name="Field">The whole image where none is named.</param>
/// <seealso href="https://fluxcd.io/flux/guides/image-update/#configure-image-update-for-custom-resources"/>
internal sealed partial record MarkText(string Alias, string? Namespace, MarkField Field)
{
    public const string Own = "bumper";
    private const string Flux = "$imagepolicy";
    /// <summary>What Flux's tools cannot be asked about is theirs: where such a marker says nothing to us, it is left alone.</summary>
    public bool IsFlux { get; init; }

    private const string Allowed = """allowed are {"bumper": "web"}, {"bumper": "web:tag"} and, for one namespace, {"bumper": "prod:web:tag"}, where instead of tag may stand image, name or digest""";

    /// <summary>One of these is in every marker.</summary>
    public static IReadOnlyList<string> Keys { get; } = [Own, Flux];

    /// <param name="comment">Without the <c>#</c>.</param>
    /// <param name="mark">Null when the comment is none of ours, or one of Flux's that says nothing to us.</param>
    /// <param name="problem">A marker of our own that cannot be understood, and what is allowed.</param>
    public static bool TryRead(string comment, out MarkText? mark, [NotNullWhen(false)] out string? problem)
    {
        mark = null;
        problem = null;
        var text = comment.Trim();
        if (!text.StartsWith('{'))
            return true;
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object && (Read(json.RootElement, Own) ?? Read(json.RootElement, Flux)) is { } value)
                return TryRead(text, value, out mark, out problem);
            return true;
        }
        catch (JsonException)
        {
            problem = Beginning().IsMatch(text) ? $"marker '{Shortened.Text(text)}' is not JSON; {Allowed}" : null;
            return problem is null;
        }
    }

    private static (string Key, JsonElement Value)? Read(JsonElement json, string key) => json.TryGetProperty(key, out var value) ? (key, value) : null;

    private static bool TryRead(string text, (string Key, JsonElement Value) read, out MarkText? mark, [NotNullWhen(false)] out string? problem)
    {
        mark = null;
        problem = null;
        var parts = read.Value.ValueKind == JsonValueKind.String ? read.Value.GetString()!.Split(':') : [];
        if (read.Key == Flux)
            parts = parts.Length is 2 or 3 ? parts[1..] : [];
        if (parts.Length is 0 or > 3 || parts.Any(part => part.Length == 0 || part.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))))
        {
            problem = read.Key == Flux ? null : $"marker '{Shortened.Text(text)}' names no image; {Allowed}";
            return problem is null;
        }

        if (parts.Length == 1)
        {
            mark = new MarkText(parts[0], null, MarkField.Image) { IsFlux = read.Key == Flux };
            return true;
        }

        if (FieldOf(parts[^1]) is not { } field)
        {
            problem = read.Key == Flux ? null : $"marker '{Shortened.Text(text)}' asks for field '{Shortened.Text(parts[^1])}'; {Allowed}";
            return problem is null;
        }

        mark = new MarkText(parts[^2], parts.Length == 3 ? parts[0] : null, field) { IsFlux = read.Key == Flux };
        return true;
    }

    private static MarkField? FieldOf(string text) => text switch
    {
        "image" => MarkField.Image,
        "name" => MarkField.Name,
        "tag" => MarkField.Tag,
        "digest" => MarkField.Digest,
        _ => null,
    };

    /// <summary>What was meant for a marker of our own though it is no JSON; other braces are nobody's.</summary>
    [GeneratedRegex("""\A\{\s*["']?bumper["']?\s*:""", RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();
}
