using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>The version of an image as a file has it.</summary>
/// <param name="Version">Null when the text is none.</param>
/// <param name="Text">Never empty: a place that says nothing has no written version.</param>
/// <param name="Line">Where it stands, from one on.</param>
public sealed record WrittenVersion(ImageVersion? Version, string Text, int Line)
{
    internal static WrittenVersion Of(string text, int line) => new(ImageVersion.TryParse(text, out var version, out _) ? version : null, text, line);
}
