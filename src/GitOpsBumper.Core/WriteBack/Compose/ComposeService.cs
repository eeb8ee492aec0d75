using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Compose;

/// <summary>A service of a compose file that says which image it runs.</summary>
/// <param name="Name">Of the service.</param>
/// <param name="Node">Its image.</param>
/// <param name="Text">What it says; empty: nothing.</param>
/// <param name="Line">From one on.</param>
internal sealed record ComposeService(string Name, YamlNode Node, string Text, int Line)
{
    /// <summary>Compose puts the value of a variable there, which this file does not know.</summary>
    /// <seealso href="https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md"/>
    public bool IsInterpolated => Text.Contains('$', StringComparison.Ordinal);

    /// <summary>Null when there is none, or none that can be read.</summary>
    public ImageVersion? Version => ImageReference.TryParse(Text, out var reference, out _) ? reference.Version : null;

    /// <summary>Whether the repository of an image stands there, before whatever version.</summary>
    public bool Runs(ImagePolicy image)
    {
        var fixedPart = IsInterpolated ? Text[..Text.IndexOf('$', StringComparison.Ordinal)].TrimEnd(':', '@') : WrittenImage.NameOf(Text);
        return RepositoryName.TryParse(fixedPart, out var repository, out _) && repository == image.Image.Repository;
    }
}
