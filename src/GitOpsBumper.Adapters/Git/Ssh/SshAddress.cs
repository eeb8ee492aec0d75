using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Git.Ssh;

/// <summary>
/// A repository behind an ssh server. Only what can be nothing else stands in it: user, host and path reach the command line of ssh, and the path a
/// shell on the server.
/// </summary>
/// <seealso href="https://git-scm.com/docs/git-clone#_git_urls"/>
internal sealed partial record SshAddress
{
    /// <summary>What hosting services expect where a URL names nobody.</summary>
    public const string DefaultUser = "git";

    private const int DefaultPort = 22;

    public required string User { get; init; }

    /// <summary>In lower case; an address of IPv6 with its brackets.</summary>
    public required string Host { get; init; }

    public int Port { get; init; } = DefaultPort;

    /// <summary>With a slash before it in <c>ssh://</c>; without one where it is relative to the user's home.</summary>
    public required string Path { get; init; }

    /// <summary>Host, and port where it is not 22.</summary>
    public string HostAndPort => Port == DefaultPort ? Host : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>As git takes it.</summary>
    public string Text => Path[0] == '/' ? $"ssh://{User}@{HostAndPort}{Path}" : $"{User}@{Host}:{Path}";

    /// <summary>Whether the text has the form of an address of ssh, which is not to say that it is a good one.</summary>
    public static bool IsMeant(string text) =>
        text.StartsWith("ssh://", StringComparison.OrdinalIgnoreCase) || (!text.Contains("://", StringComparison.Ordinal) && (RepositoryAddress.IsSsh(text) || ScpLike().IsMatch(text)));

    /// <param name="text">Meant as an address of ssh.</param>
    /// <param name="value">The address.</param>
    /// <param name="problem">What is wrong, to follow the name of the repository. Repeats nothing of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SshAddress? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var isUrl = text.StartsWith("ssh://", StringComparison.OrdinalIgnoreCase);
        var match = isUrl ? Url().Match(text) : Scp().Match(text);
        var port = match.Groups["port"].Value;
        var host = match.Groups["host"].Value;
        var path = match.Groups["path"].Value;
        if (HasPassword(isUrl ? text["ssh://".Length..] : text))
            problem = "has a password in its URL; ssh takes a key, which belongs into a repository secret as sshPrivateKey";
        else if (!match.Success)
            problem = "is not an address of ssh; allowed are ssh://user@host:port/path and user@host:path, of letters, digits and -._~+@,:=/%, without a '-' at the beginning of a name";
        else if (host[0] == '[' && !(IPAddress.TryParse(host[1..^1], out var address) && address.AddressFamily == AddressFamily.InterNetworkV6))
            problem = "has no address of IPv6 between its brackets";
        else if (port.Length > 0 && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= ushort.MaxValue))
            problem = "has a port that is not between 1 and 65535";
        else
            problem = CheckPath(path);
        if (problem is not null)
            return false;
        value = new SshAddress
        {
            User = match.Groups["user"] is { Success: true, Value: var user } ? user : DefaultUser,
            Host = host.ToLowerInvariant(),
            Port = port.Length > 0 ? int.Parse(port, CultureInfo.InvariantCulture) : DefaultPort,
            Path = path.TrimEnd('/'),
        };
        return true;
    }

    /// <summary>Git, or the server, undoes escapes. A path has one spelling, else a pattern that permits or forbids it would be easy to get around.</summary>
    private static string? CheckPath(string path)
    {
        var inner = path[(path[0] == '/' ? 1 : 0)..].TrimEnd('/');
        if (inner.Length == 0)
            return "has no path";
        if (inner.Split('/').Any(part => part is "" or "." or ".."))
            return "has a part of its path that is empty, '.' or '..'";
        for (var at = inner.IndexOf('%', StringComparison.Ordinal); at >= 0; at = inner.IndexOf('%', at + 1))
        {
            if (at + 2 >= inner.Length || !byte.TryParse(inner.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                return "has a '%' in its path that is not followed by two hex digits";
            if (code is < (byte)' ' or 0x7f or (byte)'%' or (byte)'/' or (byte)'.' or (byte)'-' or (byte)'_' or (byte)'~' || char.IsAsciiLetterOrDigit((char)code))
                return "has something escaped in its path that needs no escape, or a control character";
        }

        return null;
    }

    /// <summary>Something between a colon and an at sign, before any slash. A path that begins so is none that anybody has.</summary>
    private static bool HasPassword(string text)
    {
        var start = text.Split('/')[0];
        var at = start.LastIndexOf('@');
        return at >= 0 && start[..at].Contains(':', StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^[^/:@]+:[^:]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ScpLike();

    [GeneratedRegex(
        @"\A[Ss][Ss][Hh]://(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.+~-]*)@)?(?<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])(?::(?<port>[0-9]{1,5}))?(?<path>/[A-Za-z0-9._~+@,:=/%-]*)\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Url();

    [GeneratedRegex(
        @"\A(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.+~-]*)@)?(?<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]):(?<path>[A-Za-z0-9._~+@,=/%][A-Za-z0-9._~+@,:=/%-]*)\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Scp();
}
