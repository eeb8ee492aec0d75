using System.Net;
using System.Text.Json;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Push;

/// <summary>
/// The Apprise API: <c>apprise://host/KEY?tags=</c> with what is kept there under a key, or <c>apprise://host/?urls=</c> with the services named here. 424 is that one of them failed, 204 that there is
/// nothing to notify.
/// </summary>
/// <seealso href="https://appriseit.com/api/endpoints/"/>
/// <seealso href="https://appriseit.com/api/reference/response-codes/"/>
internal sealed class AppriseNotifier : INotifier
{
    public const int MaxText = 8000;

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;

    private AppriseNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("tags", "tag", "urls", "disabletls", "scheme");
        var isStateless = url.Find("urls") is not null;
        if (!isStateless && url.Path.Count == 0)
            throw new NotifierUrlException("it has to be apprise://<host>/<key>, or name urls");
        _url = url;
        _target = isStateless ? $"{url.Server(url.Path)}/notify/" : url.Server([.. url.Path.SkipLast(1), "notify", url.Path[^1]]);
        _api = new NotifierApi(parts.Exchange, url, $"Apprise at {url.Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new AppriseNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var call = NotifierApi.Call(_target, json =>
        {
            if (_url.Find("urls") is { } urls)
                json.WriteString("urls", urls);
            else if (_url.Find("tags", "tag") is { } tag)
                json.WriteString("tag", tag);
            json.WriteString("title", SafeMarkup.WithoutMentions(message.Title));
            // What services stand behind it is not known here: nobody is called at any of them.
            json.WriteString("body", FittedText.Of(message.Lines.Count == 0 ? [message.Title] : message.Lines, MaxText, SafeMarkup.WithoutMentions));
            json.WriteString("format", "text");
            json.WriteString("type", Type(message));
            // As the small services call it that stand in for this API.
            json.WriteString("notify_type", Type(message));
        });
        var reply = await _api.SendAsync(call with { Authorization = _url is { User: { Length: > 0 } user, Password: { } password } ? NotifierApi.Basic(user, password) : null }, cancellationToken);
        if (reply.Status == HttpStatusCode.NoContent)
            throw _api.Refusal(reply, "it has nothing under this key, or no valid URL to notify");
        if ((int)reply.Status == 424)
            throw _api.Refusal(reply, "at least one of its services did not take the message", isTransient: false);
        var answer = NotifierApi.Document(reply);
        if (!reply.IsSuccess || (answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String))
            throw _api.Refusal(reply, NotifierApi.Text(answer, "error"));
    }

    private static string Type(NotificationMessage message) => message.Severity switch
    {
        NotificationSeverity.Error => "failure",
        NotificationSeverity.Warning => "warning",
        _ => message.Event is "updated" or "recovered" ? "success" : "info",
    };
}
