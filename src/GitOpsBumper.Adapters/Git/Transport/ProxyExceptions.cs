using System.Globalization;
using System.Net;

namespace GitOpsBumper.Adapters.Git.Transport;

/// <summary>
/// The hosts that are reached without the proxy: names (with what lies below them), <c>.name</c> and <c>*.name</c> (only what lies below), addresses,
/// networks such as <c>10.0.0.0/8</c>, each with <c>:port</c> where only that is meant, and <c>*</c>.
/// </summary>
/// <seealso href="https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config"/>
public sealed record ProxyExceptions
{
    private const int MaxEntries = 1000;

    private static readonly char[] Separators = [',', ' ', '\t', '\r', '\n'];

    private readonly string _text;

    /// <param name="text">Separated by commas or spaces; entries after the thousandth do not count.</param>
    public ProxyExceptions(string text) => _text = text;

    /// <param name="host">A name or an address, without brackets.</param>
    /// <param name="port">Of the server.</param>
    public bool Contains(string host, int port)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        var address = IPAddress.TryParse(name, out var parsed) ? parsed : null;
        return _text.Split(Separators, MaxEntries + 1, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MaxEntries).Any(entry => IsMeant(entry, name, address, port));
    }

    private static bool IsMeant(string entry, string name, IPAddress? address, int port)
    {
        if (entry == "*")
            return true;
        if (IPNetwork.TryParse(entry, out var network))
            return address is not null && network.Contains(address);
        if (IPAddress.TryParse(entry, out var single))
            return single.Equals(address);
        var colon = entry.LastIndexOf(':');
        if (colon > 0)
        {
            if (!int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var only) || only != port)
                return false;
            entry = entry[..colon];
            if (IPAddress.TryParse(entry.Trim('[', ']'), out single))
                return single.Equals(address);
        }

        var isBelow = entry.StartsWith("*.", StringComparison.Ordinal) || entry.StartsWith('.');
        var parent = entry.TrimStart('*').Trim('.');
        return parent.Length > 0
            && ((!isBelow && name.Equals(parent, StringComparison.OrdinalIgnoreCase)) || (address is null && name.EndsWith("." + parent, StringComparison.OrdinalIgnoreCase)));
    }
}
