using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.Adapters.Http;

/// <summary>Whom a connection trusts.</summary>
/// <param name="Authorities">Trusted besides those of the system.</param>
/// <param name="IsUnverified">Hosts whose certificate is taken as it is, because the user's configuration says so.</param>
public sealed record TrustSettings(X509Certificate2Collection Authorities, Func<string, bool> IsUnverified)
{
    public static TrustSettings System { get; } = new([], _ => false);
}

/// <summary>Makes the handlers under our clients: pooled, without cookies, redirects and credentials of their own.</summary>
public static class HttpHandlers
{
    /// <summary>With a proxy, <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c> of the environment count.</summary>
    public static SocketsHttpHandler Create(TrustSettings trust, HttpLimits limits, int connectionsPerHost, bool useProxy)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            UseCookies = false,
            UseProxy = useProxy,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = limits.ConnectTimeout,
            MaxConnectionsPerServer = connectionsPerHost,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            errors == SslPolicyErrors.None
            || (sender is SslStream stream && trust.IsUnverified(stream.TargetHostName))
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors && IsSignedBy(trust.Authorities, certificate as X509Certificate2, chain));
        return handler;
    }

    /// <summary>Whether the certificate comes from one of the authorities, and from no other.</summary>
    internal static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2? certificate, X509Chain? presented)
    {
        if (authorities.Count == 0 || certificate is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        return chain.Build(certificate);
    }
}
