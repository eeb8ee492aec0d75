using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Asks the API of a forge, and makes sentences of its refusals. Follows no redirect.</summary>
/// <param name="exchange">Sends again what may be sent twice.</param>
/// <param name="once">Sends once.</param>
/// <param name="login">Of the bot.</param>
/// <param name="dialect">Of the forge.</param>
/// <param name="root">The top of the API, without a slash at its end.</param>
/// <param name="replies">Outlives this.</param>
internal sealed class ForgeApi(HttpExchange exchange, HttpExchange once, ForgeLogin login, ForgeDialect dialect, Uri root, ForgeReplies replies)
{
    private const int MaxBytes = 32 << 20;
    private const int MaxWords = 300;

    public ForgeReplies Replies => replies;

    public ReplyKey KeyOf(string path) => new(UrlOf(path), login.Account);

    /// <summary>Gets what is asked for again in every cycle: as long as it has not changed, the forge says just that.</summary>
    /// <param name="path">Below the top, with its query; or a whole URL of the same origin, as links are.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<ForgeReply> GetKeptAsync(string path, CancellationToken cancellationToken)
    {
        return await GetAsync(path, replies.Find(KeyOf(path)), cancellationToken);
    }

    /// <summary>The same whatever was known; it is what is known from now on.</summary>
    public Task<ForgeReply> GetAnewAsync(string path, CancellationToken cancellationToken) => GetAsync(path, null, cancellationToken);

    private async Task<ForgeReply> GetAsync(string path, StoredReply? known, CancellationToken cancellationToken)
    {
        var key = KeyOf(path);
        var reply = await AskAsync(exchange, HttpMethod.Get, path, null, known?.ETag, cancellationToken);
        if (reply.Status == HttpStatusCode.NotModified && known is not null)
            return new ForgeReply(known.Body, reply.Header("Link") ?? known.Link) { IsUnchanged = true };
        Check(HttpMethod.Get, reply);
        if (reply.Header("ETag") is { } tag)
            replies.Keep(key, new StoredReply(tag, reply.Header("Link"), reply.Body));
        return new ForgeReply(reply.Body, reply.Header("Link"));
    }

    /// <summary>Sends a request, again where it got no answer: only for what comes to the same however often it is done.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="path">Below the top, with its query.</param>
    /// <param name="json">Null: no body.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<ForgeReply> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? json, CancellationToken cancellationToken) =>
        Accept(method, await AskAsync(exchange, method, path, json, null, cancellationToken));

    /// <summary>Sends a request once: it may have been done though it got no answer.</summary>
    public async Task<ForgeReply> SendOnceAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? json, CancellationToken cancellationToken) =>
        Accept(method, await AskAsync(once, method, path, json, null, cancellationToken));

    /// <exception cref="ForgeException">It is none of that kind.</exception>
    public T Read<T>(ForgeReply reply, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body.Span, type) ?? throw new JsonException("null");
        }
        catch (JsonException failure)
        {
            throw new ForgeException(ForgeFailure.Unavailable, $"{root.Authority} answered with what no API of {dialect.Name} answers; --forge names the forge and where its API is", failure);
        }
    }

    private Uri UrlOf(string path)
    {
        if (!path.Contains("://", StringComparison.Ordinal))
            return new Uri($"{root.AbsoluteUri.TrimEnd('/')}/{path}");
        if (!Uri.TryCreate(path, UriKind.Absolute, out var url))
            throw new ForgeException(ForgeFailure.Unavailable, $"{root.Authority} leads on to what is no address");
        return RedactedUrl.SameOrigin(url, root) ? url : throw new ForgeException(ForgeFailure.Unavailable, $"{root.Authority} leads on to {url.Authority}, where nothing is asked");
    }

    /// <summary>A login that was taken back is tried once more with a new one.</summary>
    private async Task<HttpReply> AskAsync(HttpExchange way, HttpMethod method, string path, ReadOnlyMemory<byte>? json, string? ifNoneMatch, CancellationToken cancellationToken)
    {
        var url = UrlOf(path);
        try
        {
            var shown = await login.GetAsync(cancellationToken);
            var reply = await way.SendAsync(Call(shown), cancellationToken);
            return reply.Status == HttpStatusCode.Unauthorized && login.Refused(shown) ? await way.SendAsync(Call(await login.GetAsync(cancellationToken)), cancellationToken) : reply;
        }
        catch (HttpExchangeException failure)
        {
            throw new ForgeException(ForgeFailure.Unavailable, $"{dialect.Name} at {url.Authority} {failure.Message} ({method} {RedactedUrl.PathOf(url)})", failure);
        }

        HttpCall Call(AuthenticationHeaderValue? authorization) => new(method, url, "forge", MaxBytes)
        {
            Accept = dialect.Accept,
            Account = login.Account,
            Authorization = authorization,
            IfNoneMatch = ifNoneMatch,
            Json = json,
        };
    }

    private ForgeReply Accept(HttpMethod method, HttpReply reply)
    {
        Check(method, reply);
        return new ForgeReply(reply.Body, reply.Header("Link"));
    }

    private void Check(HttpMethod method, HttpReply reply)
    {
        if (reply.IsSuccess && (reply.Status != HttpStatusCode.NonAuthoritativeInformation || dialect.Classify(reply.Status, "") is null))
            return;
        var words = WordsOf(reply);
        var failure = dialect.Classify(reply.Status, words) ?? Classify(reply);
        var answered = $"{dialect.Name} at {reply.Url.Authority} answered {(int)reply.Status}{(words.Length == 0 ? "" : $" '{words}'")} to {method} {RedactedUrl.PathOf(reply.Url)}";
        throw new ForgeException(failure, failure switch
        {
            ForgeFailure.Unauthorized => $"{answered}: the token is none, or has expired; --forge-token names another",
            ForgeFailure.Forbidden => $"{answered}: the token needs {dialect.Permission}",
            ForgeFailure.NotFound => $"{answered}: there is no such repository, or the token does not show it; it needs {dialect.Permission}",
            ForgeFailure.RateLimited => $"{answered}: it limits requests{(reply.RateLimit is { } limit ? $" ({limit})" : "")}",
            _ when reply.IsRedirect => $"{answered}, a redirect, which is not followed; --forge names where the API is",
            _ => answered,
        });
    }

    private static ForgeFailure Classify(HttpReply reply) => reply.Status switch
    {
        HttpStatusCode.TooManyRequests => ForgeFailure.RateLimited,
        HttpStatusCode.Forbidden when reply.Headers.RetryAfter is not null || reply.RateLimit is { IsUsedUp: true } => ForgeFailure.RateLimited,
        HttpStatusCode.Unauthorized => ForgeFailure.Unauthorized,
        HttpStatusCode.Forbidden => ForgeFailure.Forbidden,
        HttpStatusCode.NotFound => ForgeFailure.NotFound,
        HttpStatusCode.Conflict => ForgeFailure.AlreadyExists,
        _ when reply.IsTransient => ForgeFailure.Unavailable,
        _ => ForgeFailure.Invalid,
    };

    private string WordsOf(HttpReply reply)
    {
        try
        {
            using var json = JsonDocument.Parse(reply.Body);
            var words = dialect.Words(json.RootElement).Trim();
            return string.Concat(words.Take(MaxWords).Select(c => char.IsControl(c) ? ' ' : c)) + (words.Length > MaxWords ? "..." : "");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter is half a surrogate pair.
            return "";
        }
    }
}

/// <summary>An answer that is a success.</summary>
/// <param name="Body">May be empty.</param>
/// <param name="Link">The header of that name, whose <c>rel="next"</c> is the next page; null without one.</param>
internal sealed record ForgeReply(ReadOnlyMemory<byte> Body, string? Link)
{
    /// <summary>The same as last time.</summary>
    public bool IsUnchanged { get; init; }
}
