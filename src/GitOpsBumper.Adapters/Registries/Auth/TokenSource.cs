using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Registries.Auth;

/// <summary>Gets bearer tokens, and keeps each for what it was asked for until it expires.</summary>
/// <seealso href="https://distribution.github.io/distribution/spec/auth/token/"/>
/// <seealso href="https://distribution.github.io/distribution/spec/auth/oauth/"/>
internal sealed class TokenSource(HttpExchange http, TimeProvider time) : IDisposable
{
    private const int MaxTokens = 10_000;

    /// <summary>What a token lives when its server does not say, by the specification; also the least that is believed.</summary>
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<TokenKey, Token> _tokens = new();

    /// <summary>Two questions that need the same token wait for one request; others hardly ever share a place.</summary>
    private readonly SemaphoreSlim[] _places = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>The token for a purpose; a fresh one when <paramref name="refused"/> is what the registry has just refused.</summary>
    /// <exception cref="RegistryException">The token server gives none.</exception>
    public async Task<string> GetAsync(TokenKey key, string? refused, CancellationToken cancellationToken)
    {
        if (TryGet(key, refused, out var known))
            return known;
        var place = _places[(uint)key.GetHashCode() % _places.Length];
        await place.WaitAsync(cancellationToken);
        try
        {
            if (TryGet(key, refused, out known))
                return known;
            var token = await FetchAsync(key, cancellationToken);
            MakeRoom();
            _tokens[key] = token;
            return token.Text;
        }
        finally
        {
            place.Release();
        }
    }

    public void Dispose()
    {
        foreach (var place in _places)
            place.Dispose();
    }

    private bool TryGet(TokenKey key, string? refused, out string text)
    {
        text = _tokens.TryGetValue(key, out var token) && time.GetUtcNow() < token.Expires && token.Text != refused ? token.Text : "";
        return text.Length > 0;
    }

    private void MakeRoom()
    {
        if (_tokens.Count < MaxTokens)
            return;
        var now = time.GetUtcNow();
        foreach (var (key, token) in _tokens)
        {
            if (token.Expires <= now)
                _tokens.TryRemove(key, out _);
        }

        if (_tokens.Count >= MaxTokens)
            _tokens.Clear();
    }

    private async Task<Token> FetchAsync(TokenKey key, CancellationToken cancellationToken)
    {
        if (key.Credential is not { IsToken: true } identity)
            return Read(key, "GET", await SendAsync(key, PasswordCall(key), cancellationToken));
        var reply = await SendAsync(key, IdentityCall(key, identity), cancellationToken);
        // A server that does not exchange the token may take it as it is.
        return (int)reply.Status is >= 400 and < 500 and not 429
            ? new Token(identity.Password.Reveal(), time.GetUtcNow() + ShortestLife)
            : Read(key, "POST", reply);
    }

    private static HttpCall PasswordCall(TokenKey key)
    {
        var query = new StringBuilder(key.Realm.Query.Length > 1 ? key.Realm.Query[1..] + "&" : "");
        if (key.Service.Length > 0)
            query.Append("service=").Append(Uri.EscapeDataString(key.Service)).Append('&');
        query.Append("scope=").Append(Uri.EscapeDataString(key.Scope));
        var url = new UriBuilder(key.Realm) { Query = query.ToString(), Fragment = "" }.Uri;
        return new HttpCall(HttpMethod.Get, url, RequestKind.Token.Name, RequestKind.Token.MaxBytes)
        {
            Accept = "application/json",
            Authorization = key.Credential is null ? null : BasicHeader.Of(key.Credential),
        };
    }

    private static HttpCall IdentityCall(TokenKey key, UserCredential identity) =>
        new(HttpMethod.Post, key.Realm, RequestKind.Token.Name, RequestKind.Token.MaxBytes)
        {
            Accept = "application/json",
            Form = new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["client_id"] = "gitopsbumper",
                ["service"] = key.Service,
                ["scope"] = key.Scope,
                ["refresh_token"] = identity.Password.Reveal(),
            },
        };

    private async Task<HttpReply> SendAsync(TokenKey key, HttpCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(call, cancellationToken);
        }
        catch (HttpExchangeException failure)
        {
            throw new RegistryException($"token server {key.Realm.Authority} {failure.Message} ({call})", failure)
            {
                Method = call.Method.Method,
                Url = RedactedUrl.Of(call.Url),
                IsTransient = failure.IsTransient,
            };
        }
    }

    private Token Read(TokenKey key, string method, HttpReply reply)
    {
        if (!reply.IsSuccess)
            throw Refused(key, method, reply);
        try
        {
            using var json = JsonDocument.Parse(reply.Body);
            var root = json.RootElement;
            var text = TextOf(root, "token") ?? TextOf(root, "access_token");
            if (text is not null && text.All(c => c is > ' ' and < '\x7f'))
                return new Token(text, time.GetUtcNow() + LifeOf(root));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
        }

        throw new RegistryException($"token server {key.Realm.Authority} answered without a token ({method} {RedactedUrl.PathOf(reply.Url)})")
        {
            Method = method,
            Url = RedactedUrl.Of(reply.Url),
        };
    }

    private static RegistryException Refused(TokenKey key, string method, HttpReply reply)
    {
        var who = key.Credential is null ? "gives no token without credentials" : "refused the credentials";
        var what = (int)reply.Status is 400 or 401 or 403 ? who : "gave no token";
        return new RegistryException(
            $"token server {key.Realm.Authority} {what} for {key.Scope} ({(int)reply.Status} on {method} {RedactedUrl.PathOf(reply.Url)}){ErrorBody.Suffix(reply)}")
        {
            Status = reply.Status == System.Net.HttpStatusCode.NotFound ? null : reply.Status,
            Method = method,
            Url = RedactedUrl.Of(reply.Url),
            IsTransient = reply.IsTransient,
        };
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>Counted from now, because clocks differ; a little less than promised, because requests take time.</summary>
    private static TimeSpan LifeOf(JsonElement root)
    {
        var promised = root.TryGetProperty("expires_in", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestLife.TotalSeconds))
            : ShortestLife;
        return promised > 2 * Margin ? promised - Margin : promised / 2;
    }

    private sealed record Token(string Text, DateTimeOffset Expires);
}

/// <summary>What a token is for. The credential is null for a token that anybody may have.</summary>
internal sealed record TokenKey(Uri Realm, string Service, string Scope, UserCredential? Credential);

internal static class BasicHeader
{
    public static AuthenticationHeaderValue Of(UserCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password.Reveal()}")));
}
