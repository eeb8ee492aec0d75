using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Git.Transport;

/// <summary>A way to the API of the server that a repository lies on: through the proxy of the repository's secret, and with the certificates that count for its host.</summary>
public sealed class ApiConnection : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private readonly X509Certificate2? _certificate;

    /// <param name="remote">Whose server it is.</param>
    /// <param name="api">The API that is asked.</param>
    /// <param name="exchange">Makes the exchange.</param>
    /// <exception cref="GitException">The client certificate cannot be used.</exception>
    internal ApiConnection(GitRemote remote, Uri api, Func<HttpClient, HttpExchange> exchange)
    {
        var credential = remote.Credential;
        // What is said of the repository's host is said of no other. Of ssh nothing is said of https.
        var isSameHost = remote.Url.IsHttp && new Uri(remote.Url.Text).IdnHost.Equals(api.IdnHost, StringComparison.OrdinalIgnoreCase);
        var trust = isSameHost ? new TrustSettings(Read(remote), _ => credential?.SkipsTlsVerification == true) : TrustSettings.System;
        _certificate = isSameHost ? credential?.Certificate?.Open() : null;
        _handler = HttpHandlers.Create(trust, new HttpLimits(), connectionsPerHost: 2, useProxy: true);
        if (_certificate is not null)
            _handler.SslOptions.ClientCertificates = [_certificate];
        if (credential?.Proxy is { } proxy)
        {
            _handler.UseProxy = proxy.IsFor(api);
            _handler.Proxy = _handler.UseProxy ? proxy.ToWebProxy() : null;
        }

        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(ProductName.Header);
        Exchange = exchange(_client);
    }

    /// <summary>Bounded in time and size, in its turn, with retries where they may help; follows no redirect.</summary>
    public HttpExchange Exchange { get; }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
        _certificate?.Dispose();
    }

    private static X509Certificate2Collection Read(GitRemote remote)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            if (remote.Authorities is { } pem)
                authorities.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            // Then none of them is trusted, and the server's certificate is what fails.
            authorities.Clear();
        }

        return authorities;
    }
}
