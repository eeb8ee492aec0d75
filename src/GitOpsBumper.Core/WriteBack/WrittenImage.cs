using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>A name of an image, with or without version, as it stands in a file. One without registry means whatever registry the file has elsewhere.</summary>
internal static class WrittenImage
{
    /// <summary>What stands there before its version, whatever that is.</summary>
    public static string NameOf(string text) => KustomizeImage.Parse(text).NewName;

    /// <summary>Whether a text names another repository; what is no image names none.</summary>
    public static bool IsAnother(string text, ImagePolicy image) => RepositoryName.TryParse(NameOf(text), out _, out _) && !Means(text, image);

    /// <summary>The name that stands there as long as it means the image, else the image's own.</summary>
    public static ImageReference Kept(string text, ImagePolicy image) => Means(text, image) && ImageReference.TryParse(NameOf(text), out var written, out _) ? written : image.Image;

    /// <summary>For people: why a version is not written behind a name.</summary>
    public static string Refusal(string text, ImagePolicy image) => $"'{Shortened.Text(NameOf(text))}' stands there, and image-list says '{image.Image.Name}' for '{image.DisplayAlias}'; write the right one there";

    private static bool Means(string text, ImagePolicy image) =>
        NameOf(text) == image.Image.Repository.Path || (RepositoryName.TryParse(NameOf(text), out var repository, out _) && repository == image.Image.Repository);
}
