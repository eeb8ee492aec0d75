using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>Images and versions as engines are asked to write them.</summary>
internal static class WriteBackImage
{
    public static readonly string[] Digests = ["sha256:" + new string('1', 64), "sha256:" + new string('2', 64)];

    public static ImagePolicy Of(string image, string? kustomizeName = null, string alias = "web")
    {
        Assert.True(ImageReference.TryParse(image, out var reference, out var problem), problem);
        return new ImagePolicy
        {
            Alias = alias,
            Image = reference,
            Strategy = new AlphabeticalStrategy(),
            HelmParameters = new HelmParameterNames("image.name", "image.tag", null),
            KustomizeImageName = kustomizeName,
        };
    }

    public static ImageVersion Version(string text)
    {
        Assert.True(ImageVersion.TryParse(text, out var version, out var problem), problem);
        return version;
    }
}
