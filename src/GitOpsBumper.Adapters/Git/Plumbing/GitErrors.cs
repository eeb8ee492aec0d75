using System.Text;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>Reads git's words: which kind of failure it is, and a sentence for people.</summary>
internal static class GitErrors
{
    private const int MaxQuoted = 400;

    private static IReadOnlyList<KeyValuePair<string, GitFailure>> Signs { get; } =
    [
        new("Could not resolve proxy", GitFailure.Proxy),
        new("from proxy after CONNECT", GitFailure.Proxy),
        new("CONNECT tunnel failed", GitFailure.Proxy),
        new("proxy CONNECT aborted", GitFailure.Proxy),
        new("error: 407", GitFailure.Proxy),
        new("SOCKS", GitFailure.Proxy),
        new("Authentication failed", GitFailure.AuthenticationFailed),
        new("could not read Username", GitFailure.AuthenticationFailed),
        new("could not read Password", GitFailure.AuthenticationFailed),
        new("error: 401", GitFailure.AuthenticationFailed),
        new("error: 403", GitFailure.AuthenticationFailed),
        new("HTTP 403", GitFailure.AuthenticationFailed),
        new("error: 404", GitFailure.RepositoryNotFound),
        new("repository not found", GitFailure.RepositoryNotFound),
        new("does not appear to be a git repository", GitFailure.RepositoryNotFound),
        new("not found", GitFailure.RepositoryNotFound),
        new("bad object", GitFailure.CorruptClone),
        new("is corrupt", GitFailure.CorruptClone),
        new("is empty", GitFailure.CorruptClone),
        new("unable to read tree", GitFailure.CorruptClone),
        new("invalid sha1 pointer", GitFailure.CorruptClone),
        new("did not send all necessary objects", GitFailure.CorruptClone),
        new("not a git repository", GitFailure.CorruptClone),
        new("bad pack", GitFailure.CorruptClone),
        new("index file", GitFailure.CorruptClone),
        new("Missing tree", GitFailure.CorruptClone),
        new("bad config", GitFailure.CorruptClone),
        new("reference broken", GitFailure.CorruptClone),
        new("Could not resolve host", GitFailure.Network),
        new("Failed to connect", GitFailure.Network),
        new("Connection refused", GitFailure.Network),
        new("Connection reset", GitFailure.Network),
        new("hung up unexpectedly", GitFailure.Network),
        new("early EOF", GitFailure.Network),
        new("RPC failed", GitFailure.Network),
        new("Operation too slow", GitFailure.Network),
        new("error: 5", GitFailure.Network),
        new("error: 429", GitFailure.Network),
    ];

    private static string[] Refusals { get; } = ["Authentication failed", "could not read Username", "could not read Password", "error: 401"];

    private static string[] Redirects { get; } = ["error: 301", "error: 302", "error: 303", "error: 307", "error: 308"];

    private static string[] DamageSigns { get; } = ["shallow line", "not a tree object", "inflate: ", "existing object info", "error: Could not read ", "unable to unpack "];

    /// <param name="error">What git printed on standard error.</param>
    /// <param name="url">Of the repository.</param>
    /// <param name="what">What was tried, as in <c>fetch from</c>.</param>
    /// <param name="proxy">That stands between; null: none that a secret names.</param>
    public static GitException Read(string error, RepositoryUrl url, string what, GitProxy? proxy = null)
    {
        if (url.IsSsh && SshErrors.Read(error, $"could not {what} {url}", Quote) is { } known)
            return known;
        var failure = Signs.FirstOrDefault(sign => error.Contains(sign.Key, StringComparison.OrdinalIgnoreCase)).Value;
        var advice = failure switch
        {
            GitFailure.AuthenticationFailed => "the server refuses the credentials, or there are none for it",
            GitFailure.RepositoryNotFound => "the repository does not exist, or is not visible with these credentials",
            GitFailure.Network => $"the server could not be reached{(proxy is null ? "" : $" through proxy {proxy}")} or broke off",
            GitFailure.CorruptClone => "the clone on disk is damaged",
            GitFailure.Proxy => $"the proxy{(proxy is null ? "" : $" {proxy}")} cannot be reached, or refuses",
            _ when IsRedirect(error) => "the server sends it elsewhere, where credentials are not sent; write its new URL",
            _ => "git failed",
        };
        return new GitException(failure, $"could not {what} {url}: {advice} ({Quote(error)})");
    }

    /// <summary>
    /// What is wrong is in our own clone: git names a file of it, or what a whole clone would have. Some of its words ("object ... not found") would be taken for the
    /// server's else.
    /// </summary>
    public static bool IsDamage(string error, string folder) => error.Split('\n').Any(line =>
        !line.StartsWith("remote:", StringComparison.Ordinal)
        && !line.StartsWith("fast-import:", StringComparison.Ordinal)
        && !line.Contains(".lock'", StringComparison.Ordinal)
        && (line.Contains(folder + "/", StringComparison.Ordinal) || DamageSigns.Any(sign => line.Contains(sign, StringComparison.Ordinal))));

    /// <summary>The server does not hand out what was asked for by its id.</summary>
    public static bool IsUnknownObject(string error) =>
        error.Contains("unadvertised object", StringComparison.Ordinal) || error.Contains("not our ref", StringComparison.Ordinal);

    /// <summary>The server does not take the credentials.</summary>
    public static bool IsRefused(ProcessResult result) => result.ExitCode != 0 && Refusals.Any(sign => result.Error.Contains(sign, StringComparison.OrdinalIgnoreCase));

    /// <summary>The server names another URL, and git was told not to follow.</summary>
    public static bool IsRedirect(ProcessResult result) => result.ExitCode != 0 && IsRedirect(result.Error);

    public static bool IsNotFound(ProcessResult result) => result.ExitCode != 0 && result.Error.Contains("not found", StringComparison.OrdinalIgnoreCase);

    /// <summary>The server sends everything, as it cannot leave anything out.</summary>
    public static bool HasNoFilter(string error) => error.Contains("filtering not recognized by server", StringComparison.Ordinal);

    private static bool IsRedirect(string error) => Redirects.Any(sign => error.Contains(sign, StringComparison.Ordinal));

    /// <summary>The lines that matter, without control characters, bounded.</summary>
    public static string Quote(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("hint:", StringComparison.Ordinal) && !line.StartsWith("warning: ", StringComparison.Ordinal))
            .Select(line => line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal) ? line[7..] : line);
        var quoted = new StringBuilder();
        foreach (var c in string.Join("; ", lines))
            quoted.Append(char.IsControl(c) ? ' ' : c);
        if (quoted.Length > MaxQuoted)
            quoted.Length = MaxQuoted;
        return quoted.Length == 0 ? "git said nothing" : quoted.ToString();
    }
}
