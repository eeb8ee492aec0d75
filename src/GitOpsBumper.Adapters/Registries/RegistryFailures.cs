using System.Net;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>Finished sentences for what goes wrong between a registry and us.</summary>
internal static class RegistryFailures
{
    private const string PlainHint = "registries on this machine are asked over plain http; if it speaks https, say so with api_url in registries.conf";

    public static RegistryException NoAnswer(RegistryAsk ask, Uri url, HttpExchangeException failure) => new(
        $"registry {ask.Url.Authority} {failure.Message} ({ask.Method} {RedactedUrl.PathOf(url)} for {ask.Repository}){(failure.IsGarbled && IsPlain(ask) ? $"; {PlainHint}" : "")}", failure)
    {
        Method = ask.Method.Method,
        Url = RedactedUrl.Of(url),
        IsTransient = failure.IsTransient,
    };

    public static RegistryException Refused(RegistryAsk ask, HttpReply reply)
    {
        var registry = reply.Url.Authority;
        var on = $"({(int)reply.Status} on {ask.Method} {RedactedUrl.PathOf(reply.Url)}){ErrorBody.Suffix(reply)}";
        return new RegistryException($"{Sentence(ask, reply, registry)} {on}")
        {
            Status = reply.Status,
            Method = ask.Method.Method,
            Url = RedactedUrl.Of(reply.Url),
            IsTransient = reply.IsTransient,
        };
    }

    /// <summary>The answer came, and cannot be what was asked for.</summary>
    public static RegistryException Unusable(RegistryAsk ask, Uri url, string why) => new(
        $"registry {ask.Url.Authority} {why} ({ask.Method} {RedactedUrl.PathOf(url)} for {ask.Repository})")
    {
        Method = ask.Method.Method,
        Url = RedactedUrl.Of(url),
    };

    private static string Sentence(RegistryAsk ask, HttpReply reply, string registry) => reply.Status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when ask.Credential is null =>
            $"registry {registry} does not show {ask.Repository} without credentials, or it does not exist",
        HttpStatusCode.Unauthorized => $"registry {registry} refused the credentials for {ask.Repository}",
        HttpStatusCode.Forbidden => $"registry {registry} does not let these credentials read {ask.Repository}",
        HttpStatusCode.NotFound when ask.Kind == RequestKind.Tags => $"{ask.Repository} does not exist on registry {registry}, is empty, or is not visible to {Who(ask)}",
        HttpStatusCode.NotFound => $"registry {registry} has no {What(ask)}, or does not show it to {Who(ask)}",
        HttpStatusCode.TooManyRequests when reply.RateLimit is { IsUsedUp: true } limit => $"registry {registry} {limit}, so it was not told of {ask.Repository}",
        HttpStatusCode.TooManyRequests => $"registry {registry} says that it was asked too often for {ask.Repository}",
        HttpStatusCode.BadRequest when IsPlain(ask) => $"registry {registry} could not be asked for {ask.Repository}; {PlainHint}",
        _ => $"registry {registry} could not answer for {ask.Repository}",
    };

    private static bool IsPlain(RegistryAsk ask) => ask.Url is { Scheme: "http", IsLoopback: true };

    private static string Who(RegistryAsk ask) => ask.Credential is null ? "those without credentials" : "these credentials";

    private static string What(RegistryAsk ask) => $"{ask.Repository} {(ask.Url.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal) ? "blob" : "manifest")} '{ask.Url.Segments[^1]}'";
}
