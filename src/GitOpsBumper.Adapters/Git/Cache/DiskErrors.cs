using GitOpsBumper.Adapters.Git.Plumbing;

namespace GitOpsBumper.Adapters.Git.Cache;

/// <summary>Tells trouble with our own disk from trouble with the server, whose disk may be full too.</summary>
internal static class DiskErrors
{
    private const int OperationWouldBlock = 11;
    private const int InputOutput = 5;
    private const int FileTooLarge = 27;
    private const int NoSpaceLeft = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int NotEmpty = 39;
    private const int QuotaExceeded = 122;

    private static string[] Signs { get; } = ["No space left on device", "Disk quota exceeded", "Read-only file system", "File too large", "Input/output error"];

    /// <summary>Whether another process has locked the file.</summary>
    public static bool IsInUse(IOException failure) => failure.HResult == OperationWouldBlock;

    /// <returns>Null when what git said has nothing to do with our disk.</returns>
    public static GitException? Find(string error, RepositoryUrl url, string what, string folder)
    {
        var lines = error.Split('\n').Where(line => !line.StartsWith("remote:", StringComparison.Ordinal)).ToList();
        var isOurs = lines.Any(line => Signs.Any(sign => line.Contains(sign, StringComparison.OrdinalIgnoreCase)) || (url.IsHttp && line.Contains("Permission denied", StringComparison.Ordinal)));
        return isOurs ? Failure($"could not {what} {url}", folder, GitErrors.Quote(string.Join('\n', lines)), null) : null;
    }

    /// <returns>Null when it is no error of a disk.</returns>
    public static GitException? Find(Exception failure, RepositoryUrl url, string folder)
    {
        var reason = failure switch
        {
            UnauthorizedAccessException => failure.Message,
            IOException { HResult: NoSpaceLeft } => "no space left on device",
            IOException { HResult: QuotaExceeded } => "disk quota exceeded",
            IOException { HResult: ReadOnlyFileSystem } => "read-only file system",
            IOException { HResult: InputOutput or FileTooLarge or NotEmpty } => failure.Message,
            DirectoryNotFoundException or FileNotFoundException => failure.Message,
            _ => null,
        };
        return reason is null ? null : Failure($"could not use the clone of {url}", folder, reason, failure);
    }

    private static GitException Failure(string what, string folder, string reason, Exception? inner) =>
        new(GitFailure.Disk, $"{what}: the folder '{folder}' cannot be written to ({reason})", inner);
}
