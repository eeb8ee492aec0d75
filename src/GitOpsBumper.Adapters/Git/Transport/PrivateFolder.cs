using System.Text;

namespace GitOpsBumper.Adapters.Git.Transport;

/// <summary>
/// Files with secrets that a program takes in no other way: in a folder for our user alone, in memory where the machine has a place for that, gone with
/// this object.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;

    private PrivateFolder(string folder) => _folder = folder;

    /// <summary>The full path.</summary>
    public string Folder => _folder;

    /// <param name="purpose">One short word, for the name of the folder.</param>
    /// <param name="content">What is to lie there, for messages.</param>
    /// <exception cref="GitException">There is no place for it.</exception>
    public static PrivateFolder Create(string purpose, string content)
    {
        Exception? last = null;
        foreach (var parent in new[] { "/dev/shm", Path.TrimEndingDirectorySeparator(Path.GetTempPath()) })
        {
            // A shell may read the name, and ssh after it, which has signs of its own for homes, variables and the ends of words.
            if (!Directory.Exists(parent) || !parent.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-'))
                continue;
            try
            {
                var folder = Path.Combine(parent, $"bumper-{purpose}-{Guid.NewGuid():N}");
                CloneStore.CreatePrivate(folder);
                return new PrivateFolder(folder);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                last = failure;
            }
        }

        throw new GitException(
            GitFailure.Unsupported, $"there is no place for {content}: neither /dev/shm nor '{Path.GetTempPath()}' can be written to, or the name of the latter has signs that programs would misread", last);
    }

    /// <returns>The full path.</returns>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFile;
        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
