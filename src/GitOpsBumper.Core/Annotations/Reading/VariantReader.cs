using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Which variant of an image is wanted, the <c>alpine</c> of <c>1.27.3-alpine</c>.</summary>
internal static class VariantReader
{
    private const string Keep = "keep";
    private const string None = "none";

    /// <summary>Null: there is no talk of variants.</summary>
    public static WantedVariant? Read(ImageAnnotations annotations) => annotations.Read<WantedVariant>(annotations.Find(AnnotationKeys.Variant), TryParse);

    private static bool TryParse(string text, [NotNullWhen(true)] out WantedVariant? value, [NotNullWhen(false)] out string? problem)
    {
        var shown = Shortened.Text(text);
        value = null;
        problem = null;
        if (text is Keep or None)
            value = new WantedVariant("", IsKept: text == Keep);
        else if (SemVerStrategy.IsVariant(text) && !text.StartsWith('-'))
            value = new WantedVariant(text, IsKept: false);
        else if (text.StartsWith('-') && SemVerStrategy.IsVariant(text[1..]))
            problem = $"variant '{shown}' is written without the dash in front: '{text[1..]}'";
        else
            problem = $"'{shown}' is no variant; allowed are keep, none, and what stands behind version and pre-release in a tag, such as alpine or slim-bookworm";
        return value is not null;
    }
}

/// <param name="Text">Empty: tags without variant.</param>
/// <param name="IsKept">It is that of the current value, and <paramref name="Text"/> counts only while there is none.</param>
internal sealed record WantedVariant(string Text, bool IsKept);
