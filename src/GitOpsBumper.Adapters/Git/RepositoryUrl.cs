using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Adapters.Git;

/// <summary>Where a repository lives: <c>https</c>, <c>http</c>, or a folder of this machine. Never holds a password.</summary>
public sealed record RepositoryUrl
{
    private const int MaxLength = 2048;

    private RepositoryUrl(string text, bool isHttp, string host)
    {
        Text = text;
        IsHttp = isHttp;
        Host = host;
    }

    /// <summary>In normal form: scheme and host in lower case, no trailing slash, no user. Two spellings of one repository are equal.</summary>
    public string Text { get; }

    public bool IsHttp { get; }

    /// <summary>Host and port; empty for a folder.</summary>
    public string Host { get; }

    /// <summary>The user that the URL names, null when it names none. Not part of equality.</summary>
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
            value = new RepositoryUrl(path.Length > 1 ? path.TrimEnd('/') : path, isHttp: false, host: "");
            return true;
        }

        if (trimmed.StartsWith("ssh://", StringComparison.OrdinalIgnoreCase) || IsScpLike(trimmed))
        {
            problem = $"repository '{Redact(trimmed)}' is reached over ssh, which this version does not speak; allowed are https://, http:// and paths of this machine";
            return false;
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
            problem = $"repository '{Redact(text)}' is not a URL that can be written to; allowed are https://, http:// and paths of this machine";
        else if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
            problem = $"repository '{Redact(text)}' has a password in its URL; put it into a repository secret and leave the URL without it";
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            problem = $"repository '{Redact(text)}' has a query or a fragment, the URL of a repository has none";
        if (problem is not null || uri is null)
        {
            problem ??= "the repository URL is not understood";
            return false;
        }

        value = new RepositoryUrl($"{uri.Scheme}://{uri.Authority.Split('@')[^1].ToLowerInvariant()}{uri.AbsolutePath.TrimEnd('/')}", isHttp: true, uri.Authority.Split('@')[^1].ToLowerInvariant())
        {
            User = uri.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(uri.UserInfo),
        };
        return true;
    }

    /// <summary><c>git@host:path</c>: a colon before the first slash, and no scheme.</summary>
    private static bool IsScpLike(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return colon > 0 && (slash < 0 || colon < slash) && !text.Contains("::", StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal);
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
