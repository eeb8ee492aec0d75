using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Push;

/// <summary>Gotify: <c>gotify://host[:port][/path]/TOKEN?priority=</c>. The text is shown as it is.</summary>
/// <seealso href="https://gotify.net/api-docs"/>
/// <seealso href="https://gotify.net/docs/msgextras"/>
/// <seealso href="https://containrrr.dev/shoutrrr/0.7/services/gotify/"/>
internal sealed class GotifyNotifier : INotifier
{
    public const int MaxText = 8000;

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;

    private GotifyNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("priority", "disabletls", "scheme");
        if (url.Path.Count == 0)
            throw new NotifierUrlException("it has to be gotify://<host>/<token>");
        url.Number("priority", 0, 0, 10);
        _url = url;
        _target = url.Server(url.Path.SkipLast(1).Append("message"));
        _api = new NotifierApi(parts.Exchange, url, $"Gotify at {url.Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new GotifyNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var call = NotifierApi.Call(_target, json =>
        {
            json.WriteString("title", message.Title);
            json.WriteString("message", message.Lines.Count == 0 ? message.Title : FittedText.Of(message.Lines, MaxText, static line => line));
            json.WriteNumber("priority", _url.Number("priority", Priority(message.Severity), 0, 10));
            json.WriteStartObject("extras");
            json.WriteStartObject("client::display");
            json.WriteString("contentType", "text/plain");
            json.WriteEndObject();
            if (message.Link is { } link)
            {
                json.WriteStartObject("client::notification");
                json.WriteStartObject("click");
                json.WriteString("url", link.AbsoluteUri);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
        var reply = await _api.SendAsync(call with { Headers = new Dictionary<string, string> { ["X-Gotify-Key"] = _url.Path[^1] } }, cancellationToken);
        if (!reply.IsSuccess)
            throw _api.Refusal(reply, NotifierApi.Text(NotifierApi.Document(reply), "errorDescription"));
    }

    private static int Priority(NotificationSeverity severity) => severity switch
    {
        NotificationSeverity.Error => 8,
        NotificationSeverity.Warning => 6,
        _ => 4,
    };
}
