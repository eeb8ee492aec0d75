using GitOpsBumper.Core.Images;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>
/// The storage folder of a <see cref="DockerRegistry"/>, written directly: thousands of repositories of hundreds of tags in no time,
/// because repositories with the same tags are one folder under many names.
/// </summary>
public sealed class RegistryStorage(string root)
{
    private readonly string _content = Path.Combine(root, "docker", "registry", "v2");

    /// <summary>Every repository gets every tag, all of one image.</summary>
    /// <param name="repositories">The first is written, the others are links to it.</param>
    public Digest Write(IReadOnlyList<string> repositories, IReadOnlyList<string> tags, TestImage image)
    {
        var config = ImagePusher.ConfigOf(image);
        var manifest = ImagePusher.ManifestOf(config);
        var digest = ImagePusher.DigestOf(manifest);
        WriteBlob(config);
        WriteBlob(manifest);

        var first = FolderOf(repositories[0]);
        WriteLink(Path.Combine(first, "_layers", "sha256", ImagePusher.DigestOf(config).Hex), ImagePusher.DigestOf(config));
        WriteLink(Path.Combine(first, "_manifests", "revisions", "sha256", digest.Hex), digest);
        foreach (var tag in tags)
        {
            var folder = Path.Combine(first, "_manifests", "tags", tag);
            WriteLink(Path.Combine(folder, "current"), digest);
            WriteLink(Path.Combine(folder, "index", "sha256", digest.Hex), digest);
        }

        foreach (var repository in repositories.Skip(1))
        {
            var folder = FolderOf(repository);
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            Directory.CreateSymbolicLink(folder, first);
        }

        return digest;
    }

    private string FolderOf(string repository) => Path.Combine([_content, "repositories", .. repository.Split('/')]);

    private void WriteBlob(byte[] content)
    {
        var hex = ImagePusher.DigestOf(content).Hex;
        var folder = Directory.CreateDirectory(Path.Combine(_content, "blobs", "sha256", hex[..2], hex));
        File.WriteAllBytes(Path.Combine(folder.FullName, "data"), content);
    }

    private static void WriteLink(string folder, Digest digest)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "link"), digest.ToString());
    }
}
