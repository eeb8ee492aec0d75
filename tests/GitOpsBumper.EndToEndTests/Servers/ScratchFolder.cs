namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>A folder of our own under the system's temporary one (short, for the sake of socket paths), gone with its owner.</summary>
public sealed class ScratchFolder : IDisposable
{
    /// <param name="parent">Null is the system's temporary folder.</param>
    public ScratchFolder(string prefix, string? parent = null) =>
        Path = parent is null
            ? Directory.CreateTempSubdirectory(prefix).FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(parent, prefix + Guid.NewGuid().ToString("N")[..8])).FullName;

    public string Path { get; }

    /// <summary>A folder below; made if it does not exist.</summary>
    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a text file below, with the folders it needs.</summary>
    public string Write(string name, string text)
    {
        var file = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, text);
        return file;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that was just killed may still have been writing; what it leaves lies in the temporary folder.
        }
    }
}
