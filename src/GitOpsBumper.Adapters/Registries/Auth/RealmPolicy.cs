using System.Net;
using System.Net.Sockets;

namespace GitOpsBumper.Adapters.Registries.Auth;

/// <summary>
/// Which token server a registry may send us to. The registry chooses the realm, and whoever asks it for a token hands over the credential:
/// so a realm has to belong to the registry, or to be named by the user.
/// </summary>
internal static class RealmPolicy
{
    /// <summary>Token servers that are known to belong to a registry of another domain.</summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["registry-1.docker.io"] = ["auth.docker.io"],
        ["registry.gitlab.com"] = ["gitlab.com"],
        ["registry.redhat.io"] = ["sso.redhat.com"],
        ["registry.connect.redhat.com"] = ["sso.redhat.com"],
        ["nvcr.io"] = ["authn.nvidia.com"],
        ["lscr.io"] = ["ghcr.io"],
        ["rg.fr-par.scw.cloud"] = ["api.scaleway.com"],
        ["rg.nl-ams.scw.cloud"] = ["api.scaleway.com"],
        ["rg.pl-waw.scw.cloud"] = ["api.scaleway.com"],
    };

    /// <summary>Null when the realm may be asked; else the second half of a sentence.</summary>
    public static string? Refuse(RegistryEndpoint registry, string realm, bool withCredential, out Uri? url)
    {
        if (!Uri.TryCreate(realm, UriKind.Absolute, out url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            return $"realm '{Shown(realm)}', which is not an http or https URL";
        if (url.UserInfo.Length > 0)
            return "a realm with a user name in it, which is not followed";
        if (registry.ApiUrl.Scheme == "https" && url.Scheme == "http")
            return $"realm '{Shown(realm)}', but nothing is sent from https to http; the registry has to name a realm with https";
        var host = url.IdnHost;
        if (IsSame(host, registry.ApiUrl.IdnHost) || IsListed(registry, url) || IsKnown(registry, host) || IsUnderSameParent(host, registry.ApiUrl.IdnHost))
            return null;
        var advice = $"add {url.Authority} to 'realms' of the registry in registries.conf if it does";
        if (withCredential)
            return $"realm '{Shown(realm)}', which is not known to belong to it, so that the credentials were not sent; {advice}";
        return IsInternal(url) ? $"realm '{Shown(realm)}', an internal address that is not known to belong to it; {advice}" : null;
    }

    private static bool IsListed(RegistryEndpoint registry, Uri realm) =>
        registry.Realms.Any(listed => IsSame(listed, realm.Host) || IsSame(listed, realm.Authority) || IsSame(listed, $"{realm.Host}:{realm.Port}"));

    private static bool IsKnown(RegistryEndpoint registry, string host) =>
        Known.TryGetValue(registry.ApiUrl.IdnHost, out var hosts) && hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>auth.example.com for registry.example.com, or below the registry itself; never where strangers share the parent.</summary>
    private static bool IsUnderSameParent(string realm, string registry)
    {
        if (IPAddress.TryParse(realm, out _) || IPAddress.TryParse(registry, out _))
            return false;
        var dot = registry.IndexOf('.', StringComparison.Ordinal);
        var parent = dot < 0 ? "" : registry[(dot + 1)..];
        if (!SharedDomains.Contains(registry) && IsBelow(realm, registry) && dot > 0)
            return true;
        return parent.Contains('.', StringComparison.Ordinal) && !SharedDomains.Contains(parent) && (IsSame(realm, parent) || IsBelow(realm, parent));
    }

    private static bool IsBelow(string host, string parent) => host.EndsWith("." + parent, StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    /// <summary>Addresses that a stranger's registry could use us to reach.</summary>
    private static bool IsInternal(Uri url)
    {
        if (url.IsLoopback || IsBelow(url.IdnHost, "localhost") || !url.IdnHost.Contains('.', StringComparison.Ordinal) && url.HostNameType == UriHostNameType.Dns)
            return true;
        if (!IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address))
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal || IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any);
        var bytes = address.GetAddressBytes();
        return bytes[0] is 0 or 10 or 127 || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
            || (bytes[0] == 100 && bytes[1] is >= 64 and < 128);
    }

    private static string Shown(string realm)
    {
        var end = realm.IndexOfAny(['?', '#']);
        var text = end < 0 ? realm : realm[..end];
        return new string([.. text.Take(200).Where(c => !char.IsControl(c))]);
    }
}
