using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Chat;

/// <summary>
/// Slack: <c>slack://hook:A-B-C@webhook</c> for an incoming webhook (also <c>slack://[name@]A/B/C</c>), <c>slack://xoxb:1-2-abc@C0123</c> for a bot. A hook answers <c>ok</c>, the API
/// with 200 whatever came of it.
/// </summary>
/// <seealso href="https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks"/>
/// <seealso href="https://docs.slack.dev/reference/methods/chat.postMessage"/>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/slack/"/>
internal sealed class SlackNotifier : INotifier
{
    /// <summary>Far below what Slack cuts off by itself.</summary>
    public const int MaxText = 3000;

    private static readonly string[] Passing = ["ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error"];

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;
    private readonly string? _token;
    private readonly string? _name;

    private SlackNotifier(NotifierUrl url, NotifierParts parts)
    {
        string[] sentAs = [];
        url.Allow("botname", "username", "icon", "color", "thread_ts");
        _url = url;
        _name = url.Find("botname", "username");
        if (url.User is { } kind && url.Password is { Length: > 0 } token && !url.Host.Equals("webhook", StringComparison.OrdinalIgnoreCase))
        {
            if (!kind.StartsWith("xox", StringComparison.Ordinal) || url.Host.Length == 0)
                throw new NotifierUrlException("it is neither hook:A-B-C@webhook nor xoxb:<token>@<channel>");
            _token = $"{kind}-{token}";
            _target = $"{parts.Addresses.SlackApi}/api/chat.postMessage";
        }
        else
        {
            var named = url.Host.Equals("webhook", StringComparison.OrdinalIgnoreCase);
            var hook = named ? (url.Password ?? url.User ?? "").Split('-') : [url.Host, .. url.Path];
            if (hook.Length != 3 || hook.Any(part => part.Length == 0 || !part.All(char.IsAsciiLetterOrDigit)))
                throw new NotifierUrlException("it is neither hook:A-B-C@webhook nor xoxb:<token>@<channel>");
            _name ??= named ? null : url.User;
            var path = string.Join('/', hook);
            _target = $"{parts.Addresses.SlackHooks}/services/{path}";
            // A proxy on the way may repeat the path, or a part of it.
            sentAs = [path, .. hook];
        }

        _api = new NotifierApi(parts.Exchange, url, $"Slack at {new Uri(_target).Host}", sentAs);
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new SlackNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var call = NotifierApi.Call(_target, json =>
        {
            if (_token is not null)
                json.WriteString("channel", _url.Host);
            json.WriteString("text", FittedText.Line(message.Title, MaxText, Escape));
            json.WriteBoolean("mrkdwn", false);
            json.WriteBoolean("link_names", false);
            json.WriteString("parse", "none");
            json.WriteBoolean("unfurl_links", false);
            if (_name is not null)
                json.WriteString("username", _name);
            if (_url.Find("icon") is { } icon)
                json.WriteString(icon.StartsWith("https://", StringComparison.Ordinal) ? "icon_url" : "icon_emoji", icon);
            if (_url.Find("thread_ts") is { } thread)
                json.WriteString("thread_ts", thread);
            json.WriteStartArray("attachments");
            json.WriteStartObject();
            json.WriteString("color", _url.Find("color") ?? Color(message.Severity));
            json.WriteString("fallback", FittedText.Line(message.Title, MaxText, Escape));
            json.WriteString("text", FittedText.Of(message.Lines, MaxText, Escape));
            if (message.Link is { } link)
            {
                json.WriteString("title", "Open the request");
                json.WriteString("title_link", link.AbsoluteUri);
            }

            json.WriteStartArray("mrkdwn_in");
            json.WriteEndArray();
            json.WriteString("footer", "GitOpsBumper");
            json.WriteNumber("ts", message.Time.ToUnixTimeSeconds());
            json.WriteEndObject();
            json.WriteEndArray();
        });
        var reply = await _api.SendAsync(_token is null ? call : call with { Authorization = NotifierApi.Bearer(_token), ContentType = "application/json; charset=utf-8" }, cancellationToken);
        Check(reply);
    }

    private static string Escape(string text) => SafeMarkup.Slack(SafeMarkup.WithoutMentions(text));

    private static string Color(NotificationSeverity severity) => severity switch
    {
        NotificationSeverity.Error => "#E01E5A",
        NotificationSeverity.Warning => "#ECB22E",
        _ => "#2EB67D",
    };

    private void Check(Http.HttpReply reply)
    {
        if (_token is null)
        {
            var said = NotifierApi.BodyText(reply).Trim();
            if (!reply.IsSuccess || said != "ok")
                throw _api.Refusal(reply, said, Passing.Contains(said) || reply.IsTransient);
            return;
        }

        var answer = NotifierApi.Document(reply);
        if (reply.IsSuccess && answer.TryGetProperty("ok", out var ok) && ok.ValueKind == System.Text.Json.JsonValueKind.True)
            return;
        var error = NotifierApi.Text(answer, "error") ?? NotifierApi.BodyText(reply);
        throw _api.Refusal(reply, error, Passing.Contains(error) || reply.IsTransient);
    }
}
