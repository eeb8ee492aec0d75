using System.Globalization;
using System.Net;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>Makes sentences of what the API answers when it gives nothing.</summary>
internal static class AppRefusal
{
    private const int MaxQuoted = 200;

    /// <summary>The signature counts from a minute ago and for nine minutes more; some seconds are the way.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(55);

    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(530);

    /// <param name="reply">That is no success.</param>
    /// <param name="app">That asked.</param>
    /// <param name="notFound">What a 404 means.</param>
    /// <param name="now">By the clock of this machine.</param>
    public static AppException Of(HttpReply reply, GitHubApp app, string notFound, DateTimeOffset now)
    {
        var host = app.ApiUrl.Authority;
        var words = Words(reply);
        var status = (int)reply.Status;
        var answered = $"{host} answered {status}{(words.Length == 0 ? "" : $" '{words}'")}";
        if (reply.IsTransient || reply.RateLimit is { IsUsedUp: true })
            return new AppException(GitFailure.Network, answered);
        if (reply.IsRedirect)
            return new AppException(GitFailure.AuthenticationFailed, $"{answered}, a redirect, which is not followed; {GitHubApp.BaseUrlField} has to name where the API is");
        var reason = reply.Status switch
        {
            HttpStatusCode.Unauthorized when Clock(reply, now) is { } clock => clock,
            HttpStatusCode.Unauthorized => $"{GitHubApp.KeyField} is not a key of this app, or {GitHubApp.IdField} is that of another",
            HttpStatusCode.NotFound when words.Contains("Integration", StringComparison.OrdinalIgnoreCase) => $"there is no such app; {GitHubApp.IdField} is wrong",
            HttpStatusCode.NotFound => notFound,
            HttpStatusCode.Forbidden when words.Contains("suspended", StringComparison.OrdinalIgnoreCase) => "the installation is suspended, until whoever suspended it lets it work again",
            _ => "it gives no token",
        };
        return new AppException(GitFailure.AuthenticationFailed, $"{reason} ({answered})");
    }

    public static AppException Strange(GitHubApp app, string what) =>
        new(GitFailure.Other, $"{app.ApiUrl.Authority} answered with {what}, which is not what an API of GitHub does; {GitHubApp.BaseUrlField} has to name one");

    /// <summary>Undefined when it is no JSON.</summary>
    public static JsonElement Parse(HttpReply reply)
    {
        try
        {
            using var json = JsonDocument.Parse(reply.Body);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>A signature says when it was made, so one from a wrong clock is refused.</summary>
    private static string? Clock(HttpReply reply, DateTimeOffset now)
    {
        if (reply.Headers.Date is not { } theirs || (now - theirs <= Ahead && theirs - now <= Behind))
            return null;
        var off = Math.Round((now - theirs).Duration().TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return $"the clock of this machine is {off} s {(now > theirs ? "ahead of" : "behind")} that of the server, so that the signature does not count";
    }

    private static string Words(HttpReply reply)
    {
        var root = Parse(reply);
        var text = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString()! : "";
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c).Take(MaxQuoted)).Trim();
    }
}
