using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GitOpsBumper.Adapters.Http;
using Microsoft.IdentityModel.Protocols;

namespace GitOpsBumper.Adapters.Identity;

/// <summary>Reads what an issuer publishes: over https alone, without redirects, bounded in time and size.</summary>
internal sealed class IssuerDocuments : IDocumentRetriever, IDisposable
{
    private const int MaxBytes = 1024 * 1024;

    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;

    /// <param name="authorities">Certificates in PEM that are trusted besides those of the system; null: none.</param>
    public IssuerDocuments(string? authorities)
    {
        var trusted = new X509Certificate2Collection();
        if (authorities is not null)
            trusted.ImportFromPem(authorities);
        _handler = HttpHandlers.Create(new TrustSettings(trusted, static _ => false), new HttpLimits(), connectionsPerHost: 2, useProxy: true);
        _client = new HttpClient(_handler) { Timeout = TimeSpan.FromSeconds(10) };
        _client.DefaultRequestHeaders.UserAgent.Add(ProductName.Header);
    }

    /// <exception cref="IOException">It could not be had.</exception>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
            throw new IOException("its address is no https URL");
        try
        {
            using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new IOException($"GET {RedactedUrl.Of(url)} was answered with {(int)response.StatusCode}");
            return Encoding.UTF8.GetString((await BoundedBody.ReadAsync(response.Content, MaxBytes, cancel)).Span);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or HttpExchangeException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new IOException($"GET {RedactedUrl.Of(url)}: {(failure is OperationCanceledException ? "no answer within 10 s" : failure.Message)}", failure);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }
}
