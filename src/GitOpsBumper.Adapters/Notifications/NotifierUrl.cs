using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Notifications;

/// <summary>
/// The address of a service as shoutrrr and Watchtower write it: what stands where depends on the scheme, hosts may be names with capitals or numbers, and most of it is
/// secret. So it is not read by <see cref="Uri"/>, and shows nothing of itself but its scheme.
/// </summary>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/overview/"/>
public sealed class NotifierUrl
{
    public const int MaxLength = 4096;

    /// <summary>Keys whose values are words for people.</summary>
    private static readonly string[] Words = ["title", "subject", "fromname", "username", "botname"];

    private static readonly string[] LoginSchemes = ["Bearer+", "Basic+"];

    private readonly List<KeyValuePair<string, string>> _query;

    private NotifierUrl(string scheme, string rest)
    {
        Scheme = scheme;
        Rest = rest;
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var before = question < 0 ? rest : rest[..question];
        RawQuery = question < 0 ? "" : rest[(question + 1)..];
        _query = [.. RawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair)];
        var slash = before.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? before : before[..slash];
        Path = slash < 0 ? [] : [.. before[slash..].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Decode)];
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var account = authority[..at];
            var colon = account.IndexOf(':', StringComparison.Ordinal);
            User = Decode(colon < 0 ? account : account[..colon]);
            Password = colon < 0 ? null : Decode(account[(colon + 1)..]);
        }

        var host = authority[(at + 1)..];
        var port = host.EndsWith(']') ? -1 : host.LastIndexOf(':');
        Host = Decode(port < 0 ? host : host[..port]);
        PortText = port < 0 ? null : host[(port + 1)..];
    }

    /// <summary>In lower case.</summary>
    public string Scheme { get; }

    /// <summary>Null: there is no <c>@</c>.</summary>
    public string? User { get; }

    /// <summary>Null: there is none.</summary>
    public string? Password { get; }

    /// <summary>As it is written; may be empty.</summary>
    public string Host { get; }

    /// <summary>Decoded, without empty ones.</summary>
    public IReadOnlyList<string> Path { get; }

    /// <summary>Decoded, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query => _query;

    /// <summary>What stands behind <c>://</c>, as it is written.</summary>
    internal string Rest { get; }

    internal string RawQuery { get; }

    private string? PortText { get; }

    /// <param name="text">As the user wrote it.</param>
    /// <param name="url">In parts.</param>
    /// <param name="problem">A sentence that shows nothing of the text but its scheme.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out NotifierUrl? url, [NotNullWhen(false)] out string? problem)
    {
        url = null;
        problem = null;
        var trimmed = text.Trim();
        var colon = trimmed.IndexOf("://", StringComparison.Ordinal);
        if (trimmed.Length > MaxLength)
            problem = $"a notification URL has {trimmed.Length} characters, allowed are {MaxLength}";
        else if (colon <= 0 || colon > 20 || trimmed[..colon].Any(c => !char.IsAsciiLetter(c) && c != '+'))
            problem = "a notification URL begins with a service and '://', for example gotify://";
        else if (trimmed.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            problem = $"the {trimmed[..colon].ToLowerInvariant()}:// URL has white space in it, which is written %20";
        else
            url = new NotifierUrl(trimmed[..colon].ToLowerInvariant(), trimmed[(colon + 3)..]);
        return url is not null;
    }

    /// <summary>The last value of a key, whatever its case; null: it is not there or empty.</summary>
    public string? Find(params string[] keys) =>
        _query.LastOrDefault(pair => keys.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)).Value is { Length: > 0 } value ? value : null;

    /// <summary>Comma separated.</summary>
    public IReadOnlyList<string> List(params string[] keys) => Find(keys)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <exception cref="NotifierUrlException">It is neither yes nor no.</exception>
    public bool Switch(bool otherwise, params string[] keys) => Find(keys)?.ToUpperInvariant() switch
    {
        null => otherwise,
        "YES" or "TRUE" or "1" or "ON" => true,
        "NO" or "FALSE" or "0" or "OFF" => false,
        _ => throw new NotifierUrlException($"{keys[0]} is neither yes nor no"),
    };

    /// <exception cref="NotifierUrlException">It is no whole number, or out of range.</exception>
    public int Number(string key, int otherwise, int least, int most) => Find(key) switch
    {
        null => otherwise,
        { } text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw new NotifierUrlException($"{key} is no whole number from {least} to {most}"),
    };

    /// <summary>The port, or this one where there is none.</summary>
    /// <exception cref="NotifierUrlException">It is none.</exception>
    public int Port(int otherwise) => PortText switch
    {
        null or "" => otherwise,
        _ when int.TryParse(PortText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 => port,
        _ => throw new NotifierUrlException("its port is no number from 1 to 65535"),
    };

    /// <summary>The server, with https unless the URL says otherwise; ends without a slash.</summary>
    /// <param name="segments">Of the path of the service itself.</param>
    /// <exception cref="NotifierUrlException">There is no host.</exception>
    public string Server(params IEnumerable<string> segments)
    {
        CheckHost();
        var scheme = Find("scheme")?.ToLowerInvariant() switch
        {
            null or "https" => "https",
            "http" => "http",
            _ => throw new NotifierUrlException("scheme is neither http nor https"),
        };
        if (Switch(false, "disabletls"))
            scheme = "http";
        var port = Port(0);
        return $"{scheme}://{Host}{(port == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{port}"))}{string.Concat(segments.Select(segment => $"/{Uri.EscapeDataString(segment)}"))}";
    }

    /// <exception cref="NotifierUrlException">There is no host, or it is none.</exception>
    public void CheckHost()
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            throw new NotifierUrlException(Host.Length == 0 ? "it names no host" : "what stands where the host should be is none");
    }

    /// <exception cref="NotifierUrlException">It has a key that the service does not know: settings that do nothing mislead.</exception>
    public void Allow(params IEnumerable<string> keys)
    {
        var known = keys.Append("title").ToList();
        if (_query.Any(pair => !known.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
            throw new NotifierUrlException($"it has a parameter that is not known, allowed: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
    }

    /// <summary>Words of others, in which nothing of this URL is left: who is sent a secret may say it again.</summary>
    /// <param name="words">Of others.</param>
    /// <param name="sentAs">In what other forms a secret goes over the wire.</param>
    public string Redact(string words, params IEnumerable<string> sentAs)
    {
        var secrets = SecretParts(sentAs).Distinct(StringComparer.Ordinal).OrderByDescending(part => part.Length).ToList();
        if (secrets.Any(part => part.Length < 4 && words.Contains(part, StringComparison.Ordinal)))
            return "";
        return secrets.Aggregate(words, (text, part) => text.Replace(part, new Secret(part).ToString(), StringComparison.OrdinalIgnoreCase));
    }

    public override string ToString() => $"{Scheme}://***";

    private IEnumerable<string> SecretParts(IEnumerable<string> sentAs)
    {
        var parts = new List<string?> { User, Password, Password is null ? null : $"{User}:{Password}" };
        parts.AddRange(Path.Where(part => part.Length > 3));
        parts.AddRange(_query.Select(pair => pair.Value).Where(part => part.Length > 3));
        parts.AddRange(sentAs.Where(part => part.Length > 3));
        foreach (var part in parts)
        {
            if (string.IsNullOrEmpty(part))
                continue;
            yield return part;
            yield return Uri.EscapeDataString(part);
            if (part.Length > 3)
                yield return Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(part));
        }
    }

    private static KeyValuePair<string, string> Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return new(Decode(text), "");
        var key = Decode(text[..equals]);
        return new(key, Decode(Spaced(key, text[(equals + 1)..])));
    }

    /// <summary>A plus is one: in addresses, in keys, in base64. It is a space where words stand and shoutrrr writes it for one, and where else no header of a login would be.</summary>
    /// <seealso href="https://www.beszel.dev/guide/notifications/ntfy"/>
    private static string Spaced(string key, string value)
    {
        if (Words.Contains(key, StringComparer.OrdinalIgnoreCase))
            return value.Replace('+', ' ');
        var scheme = key.Equals("@authorization", StringComparison.OrdinalIgnoreCase) ? LoginSchemes.FirstOrDefault(scheme => value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) : null;
        return scheme is null ? value : $"{value[..(scheme.Length - 1)]} {value[scheme.Length..]}";
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);
}

/// <summary>What is wrong with a URL, as the second half of a sentence; nothing of the URL is in it.</summary>
internal sealed class NotifierUrlException(string message) : Exception(message);
