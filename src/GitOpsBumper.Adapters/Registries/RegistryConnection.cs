using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries.Auth;
using GitOpsBumper.Adapters.Telemetry;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>One registry: its connections, its way of being convinced, its redirects.</summary>
internal sealed class RegistryConnection : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private readonly HttpExchange _http;
    private readonly TokenSource _tokens;
    private readonly RegistryAuthenticator _authenticator;

    public RegistryConnection(RegistryEndpoint endpoint, HostGates gates, RequestCounter counter, HttpLimits limits, TimeProvider time, RegistryProbe? probe)
    {
        Endpoint = endpoint;
        _handler = HttpHandlers.Create(Trust(endpoint), limits, endpoint.Limits.Concurrency, useProxy: !endpoint.ApiUrl.IsLoopback);
        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(ProductName.Header);
        _http = new HttpExchange(_client, gates, counter, limits, time) { Probe = probe };
        _tokens = new TokenSource(_http, time);
        _authenticator = new RegistryAuthenticator(endpoint, _tokens);
    }

    public RegistryEndpoint Endpoint { get; }

    /// <summary>Some registries refuse <c>HEAD</c> altogether; then it is not tried again.</summary>
    public bool RefusesHead { get; set; }

    /// <summary>Some registries refuse pages of the size that is asked for; then they choose it.</summary>
    public bool RefusesPageSize { get; set; }

    /// <summary>The answer of any status; of a redirect, what it leads to.</summary>
    /// <exception cref="RegistryException">There is no answer.</exception>
    public async Task<HttpReply> SendAsync(RegistryAsk ask, CancellationToken cancellationToken)
    {
        // Wherever a link or redirect may have led: credentials are for the registry alone.
        if (!RedactedUrl.SameOrigin(ask.Url, Endpoint.ApiUrl))
            return await FollowAsync(ask, null, cancellationToken);
        var authorization = await _authenticator.PrepareAsync(ask, cancellationToken);
        var reply = await FollowAsync(ask, authorization, cancellationToken);
        if (reply.Status != HttpStatusCode.Unauthorized || !RedactedUrl.SameOrigin(reply.Url, Endpoint.ApiUrl))
            return reply;
        // Once more: either the registry had not yet said what it wants, or a token was withdrawn before its time.
        var better = await _authenticator.AnswerAsync(ask, reply, authorization, cancellationToken);
        return better is null ? reply : await FollowAsync(ask, better, cancellationToken);
    }

    /// <summary>The answer of any status to what does not belong to the distribution API, and is not convinced as it is.</summary>
    /// <param name="ask">What for, and where.</param>
    /// <param name="authorization">Sent to the registry's own origin alone; null for none.</param>
    /// <param name="cancellationToken">Stops waiting and asking.</param>
    /// <exception cref="RegistryException">There is no answer.</exception>
    public Task<HttpReply> SendAsync(RegistryAsk ask, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken) => FollowAsync(ask, authorization, cancellationToken);

    /// <summary>The answer with a status of success.</summary>
    /// <exception cref="RegistryException">There is no answer, or one of another status.</exception>
    public async Task<HttpReply> GetAsync(RegistryAsk ask, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(ask, cancellationToken);
        return reply.Status == HttpStatusCode.OK ? reply : throw RegistryFailures.Refused(ask, reply);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _client.Dispose();
        _handler.Dispose();
    }

    private async Task<HttpReply> FollowAsync(RegistryAsk ask, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var url = ask.Url;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            var call = new HttpCall(ask.Method, url, ask.Kind.Name, ask.Kind.MaxBytes)
            {
                Accept = ask.Accept,
                IfNoneMatch = ask.IfNoneMatch,
                Account = ask.Credential,
                IsPull = ask.Method == HttpMethod.Get && (ask.Kind == RequestKind.Manifest || ask.Kind == RequestKind.Digest),
                Authorization = RedactedUrl.SameOrigin(url, Endpoint.ApiUrl) ? authorization : null,
            };
            var reply = await SendAsync(ask, call, cancellationToken);
            if (!reply.IsRedirect)
                return reply;
            if (reply.Header("Location") is not { } location || !Uri.TryCreate(url, location, out var next) || next.Scheme is not ("http" or "https") || next.UserInfo.Length > 0)
                throw RegistryFailures.Unusable(ask, url, "redirects to something that is not a URL");
            if (url.Scheme == "https" && next.Scheme == "http")
                throw RegistryFailures.Unusable(ask, url, $"redirects from https to http, to {next.Authority}");
            // Whatever listens there hands out secrets of the machine, and is no blob store.
            if (IPAddress.TryParse(next.IdnHost.Trim('[', ']'), out var address) && (address.IsIPv6LinkLocal || (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes() is [169, 254, _, _]))
                throw RegistryFailures.Unusable(ask, url, $"redirects to the link-local address {address}, which is not followed");
            url = next;
        }

        throw RegistryFailures.Unusable(ask, url, $"redirects more than {MaxRedirects} times");
    }

    private async Task<HttpReply> SendAsync(RegistryAsk ask, HttpCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(call, cancellationToken);
        }
        catch (HttpExchangeException failure)
        {
            throw RegistryFailures.NoAnswer(ask, call.Url, failure);
        }
    }

    private static TrustSettings Trust(RegistryEndpoint endpoint)
    {
        var authorities = new X509Certificate2Collection();
        if (endpoint.CertificateAuthorities.Length > 0)
            authorities.ImportFromPem(endpoint.CertificateAuthorities);
        return new TrustSettings(authorities, host => endpoint.Insecure && host.Equals(endpoint.ApiUrl.IdnHost, StringComparison.OrdinalIgnoreCase));
    }
}
