using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Kubernetes;

/// <summary>Makes the handler under a connection: its trust, its certificate, and its way of noticing that the other end is gone.</summary>
internal static class KubernetesTransport
{
    /// <summary>A watch is quiet for minutes; a server that has vanished must not look like one with nothing to say.</summary>
    private static readonly TimeSpan ProbeAfter = TimeSpan.FromSeconds(30);

    public static SocketsHttpHandler Create(KubernetesAccess access)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            UseCookies = false,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            KeepAlivePingDelay = ProbeAfter,
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            EnableMultipleHttp2Connections = true,
        };
        if (access.Proxy is not null)
            handler.Proxy = new WebProxy(access.Proxy) { Credentials = AccountOf(access.Proxy) };
        if (access.ClientCertificate is not null)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(access.ClientCertificate, access.ClientAuthorities, offline: true);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(access, certificate as X509Certificate2, chain, errors);
        return handler;
    }

    /// <summary>The user and password that stand in a URL; null: none.</summary>
    private static NetworkCredential? AccountOf(Uri url)
    {
        var account = url.UserInfo.Split(':', 2);
        return url.UserInfo.Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(account[0]), account.Length == 1 ? "" : Uri.UnescapeDataString(account[1]));
    }

    /// <summary>Where authorities are named they count alone, as they do for kubectl.</summary>
    private static bool IsTrusted(KubernetesAccess access, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (access.SkipsTlsVerification)
            return true;
        return access.Authorities.Count == 0
            ? errors == SslPolicyErrors.None
            : (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && HttpHandlers.IsSignedBy(access.Authorities, certificate, chain);
    }
}
