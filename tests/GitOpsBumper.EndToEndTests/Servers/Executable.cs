namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>Finds the programs of Debian packages; daemons live where the path of a plain user does not look.</summary>
public static class Executable
{
    private static readonly string[] DaemonFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/git-core"];

    /// <exception cref="ServerMissingException">The program is nowhere; the message names the package.</exception>
    public static string Require(string name, string package) =>
        Find(name) ?? throw new ServerMissingException($"{name} is not installed: apt-get install {package}");

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(DaemonFolders)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
