using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>Reads where a cluster of a kubeconfig is and whom to trust there.</summary>
internal static class ClusterReader
{
    private static readonly string[] Known =
    [
        "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data", "proxy-url", "disable-compression", "extensions",
    ];

    /// <summary>Stands in where the cluster has problems.</summary>
    public static KubernetesAccess Unknown { get; } = new() { Server = new Uri("https://localhost"), Namespace = "", Name = "" };

    /// <summary>Without user and namespace; null when problems were added.</summary>
    public static KubernetesAccess? Read(KubeconfigEntry entry, List<string> problems)
    {
        var before = problems.Count;
        var fields = new KubeconfigFields(entry, entry.Content, "", problems);
        fields.RefuseNearly(Known);
        var server = ReadServer(fields);
        var authorities = ReadAuthorities(fields);
        var insecure = fields.Flag("insecure-skip-tls-verify");
        if (insecure && (fields.Has("certificate-authority") || fields.Has("certificate-authority-data")))
            fields.Add("insecure-skip-tls-verify", "a certificate-authority stands there too; either its certificates count, or nothing is verified");
        var proxy = ReadProxy(fields);
        var name = ReadName(fields);
        return problems.Count > before || server is null
            ? null
            : Unknown with { Server = server, Authorities = authorities, SkipsTlsVerification = insecure, TlsServerName = name, Proxy = proxy };
    }

    private static Uri? ReadServer(KubeconfigFields fields)
    {
        const string allowed = "https://<host>[:<port>][/<path>], an IPv6 address in brackets, without user, query and fragment";
        if (fields.Text("server") is not { } text)
        {
            if (!fields.Has("server"))
                fields.Add("server", $"it is missing; it has to be {allowed}");
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "https" or "http" && IsPlain(server))
            return server;
        fields.Add("server", $"{Shown(text)} is not the address of an API server: {allowed}");
        return null;
    }

    private static string? ReadName(KubeconfigFields fields)
    {
        var name = fields.Text("tls-server-name");
        if (name is null || Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4)
            return name;
        fields.Add("tls-server-name", $"'{Quoted.Short(name)}' is not a name that a certificate is looked up by, it has to be a host name or an IPv4 address");
        return null;
    }

    private static Uri? ReadProxy(KubeconfigFields fields)
    {
        if (fields.Text("proxy-url") is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5" && proxy.Host.Length > 0)
            return proxy;
        fields.Add("proxy-url", $"{Shown(text)} is not a proxy, allowed are http://, https:// and socks5:// with a host, and a port where it is not the usual one");
        return null;
    }

    private static bool IsPlain(Uri url) => url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;

    private static X509Certificate2Collection ReadAuthorities(KubeconfigFields fields)
    {
        var authorities = new X509Certificate2Collection();
        if (fields.Pem("certificate-authority") is { } pem && !TryImport(authorities, pem))
            fields.Add(fields.Has("certificate-authority") ? "certificate-authority" : "certificate-authority-data", "it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----");
        return authorities;
    }

    public static bool TryImport(X509Certificate2Collection certificates, string pem)
    {
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>What is wrong with a URL may be that it holds a password.</summary>
    private static string Shown(string text) => text.Contains('@', StringComparison.Ordinal) ? "the value" : $"'{Quoted.Short(text)}'";
}
