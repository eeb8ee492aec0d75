using System.Net.Http.Headers;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Push;

/// <summary>
/// ntfy: <c>ntfy://[user:password@]host/topic</c>, <c>ntfy://:tk_token@host/topic</c>, or <c>ntfy://topic</c> on ntfy.sh. Published as JSON, because headers know no letters but those of ASCII.
/// </summary>
/// <seealso href="https://docs.ntfy.sh/publish/#publish-as-json"/>
/// <seealso href="https://docs.ntfy.sh/publish/#limitations"/>
internal sealed class NtfyNotifier : INotifier
{
    /// <summary>In bytes; what is longer becomes a file.</summary>
    public const int MaxBytes = 4096;

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;
    private readonly string _topic;

    private NtfyNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("scheme", "disabletls", "priority", "tags", "click", "icon", "delay", "email");
        if (url.Path.Count > 1 || (url.Path.Count == 0 && url.User is not null) || url.Host.Length == 0)
            throw new NotifierUrlException("it has to be ntfy://<host>/<topic> or ntfy://<topic>");
        url.Number("priority", 3, 1, 5);
        _url = url;
        _topic = url.Path.Count == 1 ? url.Path[0] : url.Host;
        _target = url.Path.Count == 1 ? $"{url.Server()}/" : "https://ntfy.sh/";
        _api = new NotifierApi(parts.Exchange, url, $"ntfy at {new Uri(_target).Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    private AuthenticationHeaderValue? Account => (_url.User, _url.Password) switch
    {
        (null, null) => null,
        (null or "", { } token) => NotifierApi.Bearer(token),
        ({ } token, null or "") => NotifierApi.Bearer(token),
        ({ } user, { } password) => NotifierApi.Basic(user, password),
    };

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new NtfyNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var call = NotifierApi.Call(_target, json =>
        {
            json.WriteString("topic", _topic);
            json.WriteString("title", FittedText.Line(message.Title, 250, static text => text, FittedText.Bytes));
            json.WriteString("message", FittedText.Of(message.Lines.Count == 0 ? [message.Title] : message.Lines, MaxBytes, static line => line, FittedText.Bytes));
            json.WriteNumber("priority", _url.Number("priority", Priority(message.Severity), 1, 5));
            json.WriteBoolean("markdown", false);
            var tags = _url.List("tags");
            if (tags.Count > 0)
            {
                json.WriteStartArray("tags");
                foreach (var tag in tags)
                    json.WriteStringValue(tag);
                json.WriteEndArray();
            }

            if ((_url.Find("click") ?? message.Link?.AbsoluteUri) is { } click)
                json.WriteString("click", click);
            foreach (var key in (string[])["icon", "email", "delay"])
            {
                if (_url.Find(key) is { } value)
                    json.WriteString(key, value);
            }
        });
        var reply = await _api.SendAsync(call with { Authorization = Account }, cancellationToken);
        if (!reply.IsSuccess)
            throw _api.Refusal(reply, NotifierApi.Text(NotifierApi.Document(reply), "error"));
    }

    private static int Priority(NotificationSeverity severity) => severity switch
    {
        NotificationSeverity.Error => 4,
        _ => 3,
    };
}
