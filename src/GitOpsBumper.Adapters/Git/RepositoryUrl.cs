using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Git.Ssh;

namespace GitOpsBumper.Adapters.Git;

/// <summary>Where a repository lives: <c>https</c>, <c>http</c>, <c>ssh</c>, or a folder of this machine. Never holds a password.</summary>
public sealed record RepositoryUrl
{
    private const int MaxLength = 2048;

    private const string Allowed = "allowed are https://, http://, ssh:// and paths of this machine";

    private RepositoryUrl(string text, string host)
    {
        Text = text;
        Host = host;
    }

    /// <summary>
    /// In normal form: scheme and host in lower case, no trailing slash. Two spellings of one repository are equal. Of ssh it names the user, and is
    /// <c>user@host:path</c> where the path is relative to that user's home: only hosting services hold that to be the same as <c>ssh://</c>.
    /// Else it names no user.
    /// </summary>
    public string Text { get; }

    public bool IsHttp { get; private init; }

    public bool IsSsh { get; private init; }

    /// <summary>A folder of this machine.</summary>
    public bool IsLocal => !IsHttp && !IsSsh;

    /// <summary>Host and port; empty for a folder.</summary>
    public string Host { get; }

    /// <summary>The user that the URL names, <c>git</c> for ssh where it names none, else null. Not part of equality, except of ssh.</summary>
    public string? User { get; private init; }

    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryUrl? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var trimmed = text.Trim();
        if (trimmed.Length is 0 or > MaxLength || trimmed.Any(char.IsControl))
        {
            problem = trimmed.Length == 0 ? "the repository URL is empty" : $"the repository URL has control characters or more than {MaxLength} characters";
            return false;
        }

        if (trimmed[0] == '/' || trimmed.StartsWith("file:///", StringComparison.OrdinalIgnoreCase))
        {
            var path = trimmed[0] == '/' ? trimmed : trimmed["file://".Length..];
            value = new RepositoryUrl(path.Length > 1 ? path.TrimEnd('/') : path, host: "");
            return true;
        }

        if (SshAddress.IsMeant(trimmed))
        {
            if (SshAddress.TryParse(trimmed, out var address, out var reason))
                value = new RepositoryUrl(address.Text, address.HostAndPort) { IsSsh = true, User = address.User };
            else
                problem = $"repository '{Redact(trimmed)}' {reason}";
            return value is not null;
        }

        return TryParseHttp(trimmed, out value, out problem);
    }

    public bool Equals(RepositoryUrl? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;

    private static bool TryParseHttp(string text, [NotNullWhen(true)] out RepositoryUrl? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            problem = $"repository '{Redact(text)}' is not a URL that can be written to; {Allowed}";
        else if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
            problem = $"repository '{Redact(text)}' has a password in its URL; put it into a repository secret and leave the URL without it";
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            problem = $"repository '{Redact(text)}' has a query or a fragment, the URL of a repository has none";
        if (problem is not null || uri is null)
        {
            problem ??= "the repository URL is not understood";
            return false;
        }

        value = new RepositoryUrl($"{uri.Scheme}://{uri.Authority.Split('@')[^1].ToLowerInvariant()}{uri.AbsolutePath.TrimEnd('/')}", uri.Authority.Split('@')[^1].ToLowerInvariant())
        {
            IsHttp = true,
            User = uri.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(uri.UserInfo),
        };
        return true;
    }

    /// <summary>For messages: without what may be a password, and without a query, which may hold a token.</summary>
    private static string Redact(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + 3;
        var at = text.LastIndexOf('@');
        var hidden = at > start && (scheme >= 0 || text[..at].Contains(':', StringComparison.Ordinal)) ? $"{text[..start]}***{text[at..]}" : text;
        var query = hidden.AsSpan().IndexOfAny('?', '#');
        return query < 0 ? hidden : $"{hidden[..(query + 1)]}...";
    }
}
