using System.Text.RegularExpressions;

namespace GitOpsBumper.Adapters.Git.Ssh;

/// <summary>Reads what ssh, and the server behind it, complain about.</summary>
internal static partial class SshErrors
{
    private static IReadOnlyList<Sign> Signs { get; } =
    [
        new("No user exists for uid", GitFailure.Unsupported, "ssh does not run for a user without a name: the uid of this process has no entry in /etc/passwd"),
        new("ssh: not found", GitFailure.Unsupported, "ssh is not installed"),
        new("ssh: command not found", GitFailure.Unsupported, "ssh is not installed"),
        new("cannot run ssh", GitFailure.Unsupported, "ssh is not installed"),
        new("REVOKED HOST KEY", GitFailure.HostKey, "the host key of the server is revoked in the known hosts"),
        new("REMOTE HOST IDENTIFICATION HAS CHANGED", GitFailure.HostKey, "the host key of the server is not the one that is known: it has changed, or somebody else answers; if it has changed, put the new one into the known hosts"),
        new("Host key verification failed", GitFailure.HostKey, "the host key of the server is not known; put it into the known hosts"),
        new("you have requested strict checking", GitFailure.HostKey, "the host key of the server is not known; put it into the known hosts"),
        new("Unable to negotiate", GitFailure.Other, "the server and ssh have no algorithm in common"),
        new("error in libcrypto", GitFailure.AuthenticationFailed, "ssh cannot read the private key"),
        new("invalid format", GitFailure.AuthenticationFailed, "ssh cannot read the private key"),
        new("Permission denied (", GitFailure.AuthenticationFailed, "the server does not accept the key"),
        new("Too many authentication failures", GitFailure.AuthenticationFailed, "the server does not accept the key"),
        new("marked as read only", GitFailure.AuthenticationFailed, "the key may only read"),
        new("does not have write access", GitFailure.AuthenticationFailed, "the key may only read"),
        new("ERROR: Permission to", GitFailure.AuthenticationFailed, "the key may not do this to the repository"),
        new("ERROR: You are not allowed", GitFailure.AuthenticationFailed, "the key may not do this to the repository"),
        new("does not appear to be a git repository", GitFailure.RepositoryNotFound, "the repository does not exist, or is not visible with this key"),
        new("repository not found", GitFailure.RepositoryNotFound, "the repository does not exist, or is not visible with this key"),
        new("could not be found", GitFailure.RepositoryNotFound, "the repository does not exist, or is not visible with this key"),
        new("Could not resolve hostname", GitFailure.Network, "the name of the server is not found"),
        new("Connection refused", GitFailure.Network, "the server could not be reached"),
        new("Connection timed out", GitFailure.Network, "the server could not be reached"),
        new("Operation timed out", GitFailure.Network, "the server could not be reached"),
        new("No route to host", GitFailure.Network, "the server could not be reached"),
        new("Network is unreachable", GitFailure.Network, "the server could not be reached"),
        new("Connection closed by", GitFailure.Network, "the server broke off"),
        new("Connection reset", GitFailure.Network, "the server broke off"),
        new("Broken pipe", GitFailure.Network, "the server broke off"),
        new("not responding", GitFailure.Network, "the server broke off"),
        new("kex_exchange_identification", GitFailure.Network, "the server broke off"),
    ];

    /// <summary>Null when it is nothing that ssh says.</summary>
    /// <param name="error">What git and ssh printed on standard error.</param>
    /// <param name="subject">What was tried, with the repository.</param>
    /// <param name="quote">Makes it fit to be repeated.</param>
    public static GitException? Read(string error, string subject, Func<string, string> quote)
    {
        if (Signs.FirstOrDefault(sign => error.Contains(sign.Text, StringComparison.OrdinalIgnoreCase)) is not { } found)
            return null;
        var words = error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '@' && !Advice().IsMatch(line) && !line.StartsWith("Offending", StringComparison.Ordinal));
        // Of a key that has changed ssh tells on many lines what the sentence already says; the last ones name the host.
        var told = found.Failure == GitFailure.HostKey ? words.Where(line => line.Contains("ost key for", StringComparison.Ordinal) || line.Contains("key is known for", StringComparison.Ordinal)) : words;
        return new GitException(found.Failure, $"{subject}: {found.Meaning} ({quote(string.Join('\n', told))})");
    }

    [GeneratedRegex("^(?:fatal: Could not read from remote repository|Please make sure you have the correct access rights|and the repository exists)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Advice();

    /// <param name="Text">That is found in what was printed.</param>
    /// <param name="Failure">What it means to us.</param>
    /// <param name="Meaning">What it means to people.</param>
    private sealed record Sign(string Text, GitFailure Failure, string Meaning);
}
