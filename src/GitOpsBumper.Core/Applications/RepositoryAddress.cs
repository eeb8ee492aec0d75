namespace GitOpsBumper.Core.Applications;

/// <summary>How addresses of repositories are compared: as Argo CD compares them.</summary>
public static class RepositoryAddress
{
    private const string Ssh = "ssh://";

    /// <summary>
    /// Lower case, without a slash at the end and without <c>.git</c>. <c>git@host:path</c> becomes <c>ssh://git@host/path</c>, though to a plain
    /// ssh server the one is relative to the user's home and the other is not: to hosting services both are one, and so they are to Argo CD.
    /// </summary>
    /// <param name="address">Also the beginning of one, or a pattern.</param>
    public static string Normalise(string address)
    {
        var text = WithScheme(address.Trim().TrimEnd('/').ToLowerInvariant());
        return text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;
    }

    /// <summary>Whether the address is one of ssh, be it in the form that <c>scp</c> has: <c>git@host:path</c>.</summary>
    public static bool IsSsh(string address) => address.StartsWith(Ssh, StringComparison.OrdinalIgnoreCase) || HasUser(address);

    /// <summary>A user, an address of IPv6 and port 22 are brought into one form; what is not ssh stays as it is.</summary>
    private static string WithScheme(string text)
    {
        if (!IsSsh(text))
            return text;
        var rest = text;
        if (text.StartsWith(Ssh, StringComparison.Ordinal))
        {
            rest = text[Ssh.Length..];
        }
        else
        {
            var colon = text.IndexOf(':', HostEnd(text));
            if (colon >= 0)
                rest = $"{text[..colon]}/{text[(colon + 1)..].TrimStart('/')}";
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        return $"{Ssh}{(authority.EndsWith(":22", StringComparison.Ordinal) ? authority[..^3] : authority)}{(slash < 0 ? "" : rest[slash..])}";
    }

    /// <summary>A user stands before the host, and no scheme: <c>git@host</c>.</summary>
    private static bool HasUser(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var other = text.AsSpan().IndexOfAny('/', ':');
        return at >= 0 && (other < 0 || at < other);
    }

    /// <summary>The colons of an address of IPv6 in brackets are no end of the host.</summary>
    private static int HostEnd(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal) + 1;
        return at < text.Length && text[at] == '[' ? Math.Max(at, text.IndexOf(']', at)) : at;
    }
}
