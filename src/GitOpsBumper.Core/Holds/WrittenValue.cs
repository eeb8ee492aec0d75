using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Holds;

/// <summary>What stands, or stood, in a file for an image.</summary>
/// <param name="Text">In one word, as trailers have it.</param>
/// <param name="Version">Null when it is none.</param>
public sealed record WrittenValue(string Text, ImageVersion? Version)
{
    /// <param name="text">Tag, digest, both, or an image with them.</param>
    public static WrittenValue Read(string text)
    {
        if (!ImageVersion.TryParse(text, out var version, out _) && ImageReference.TryParse(text, out var reference, out _))
            version = reference.Version;
        return new WrittenValue(TrailerText.Word(text), version);
    }

    /// <summary>The same, and both with a digest or both without.</summary>
    internal static bool AreAlike(WrittenValue? left, WrittenValue? right) => AreSame(left, right) && left?.Version?.Digest is null == right?.Version?.Digest is null;

    internal static bool AreSame(WrittenValue? left, WrittenValue? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        ({ Version: { } one }, { Version: { } other }) => one.IsSame(other),
        _ => left.Text == right.Text,
    };
}
