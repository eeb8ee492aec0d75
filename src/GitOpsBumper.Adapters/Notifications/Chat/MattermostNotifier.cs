using System.Text.Json;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Chat;

/// <summary>
/// Mattermost, <c>mattermost://[name@]host/TOKEN[/channel]</c>, and Rocket.Chat, <c>rocketchat://[name@]host/TOKENA/TOKENB[/channel]</c>: two servers with the incoming webhooks of Slack, but not
/// with its markup.
/// </summary>
/// <seealso href="https://developers.mattermost.com/integrate/webhooks/incoming/"/>
/// <seealso href="https://docs.rocket.chat/docs/integrations"/>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/mattermost/"/>
internal sealed class MattermostNotifier : INotifier
{
    /// <summary>Mattermost splits what is longer than 16383 characters, Rocket.Chat takes 5000.</summary>
    public const int MaxText = 4000;

    private const int MaxTitle = 500;

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;
    private readonly string? _channel;

    private MattermostNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("icon", "disabletls", "scheme", "username", "channel");
        var isRocket = url.Scheme == "rocketchat";
        var tokens = isRocket ? 2 : 1;
        if (url.Path.Count < tokens || url.Path.Count > tokens + 1)
            throw new NotifierUrlException(isRocket ? "it has to be rocketchat://<host>/<token>/<token>[/<channel>]" : "it has to be mattermost://<host>/<token>[/<channel>]");
        _url = url;
        _target = url.Server(url.Path.Take(tokens).Prepend("hooks"));
        var channel = url.Path.Count > tokens ? url.Path[^1] : url.Find("channel");
        _channel = channel is not null && isRocket && channel[0] is not ('#' or '@') ? $"#{channel}" : channel;
        _api = new NotifierApi(parts.Exchange, url, $"{(isRocket ? "Rocket.Chat" : "Mattermost")} at {url.Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new MattermostNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var title = $"**{FittedText.Line(message.Title, MaxTitle, Escape)}**";
        var reply = await _api.PostAsync(_target, json =>
        {
            json.WriteString("text", message.Lines.Count == 0 ? title : $"{title}\n{FittedText.Of(message.Lines, MaxText - title.Length - 1, Escape)}");
            if ((_url.User ?? _url.Find("username")) is { Length: > 0 } name)
                json.WriteString(_url.Scheme == "rocketchat" ? "alias" : "username", name);
            if (_channel is not null)
                json.WriteString("channel", _channel);
            if (_url.Find("icon") is { } icon)
                json.WriteString(icon.StartsWith("https://", StringComparison.Ordinal) ? _url.Scheme == "rocketchat" ? "avatar" : "icon_url" : _url.Scheme == "rocketchat" ? "emoji" : "icon_emoji", icon);
        }, cancellationToken);
        var answer = NotifierApi.Document(reply);
        var isRefused = answer.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False;
        if (!reply.IsSuccess || isRefused)
            throw _api.Refusal(reply, NotifierApi.Text(answer, "message") ?? NotifierApi.Text(answer, "error"));
    }

    private string Escape(string text) => SafeMarkup.WithoutMentions(_url.Scheme == "rocketchat" ? SafeMarkup.RocketChat(text) : SafeMarkup.Mattermost(text));
}
