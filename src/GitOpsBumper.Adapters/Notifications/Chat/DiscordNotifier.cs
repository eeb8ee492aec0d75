using System.Globalization;
using System.Net;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Chat;

/// <summary>
/// Discord: <c>discord://TOKEN@WEBHOOKID</c>. It is asked to wait until the message is there, and then answers 200; without that 204. No text in it can call anybody.
/// </summary>
/// <seealso href="https://discord.com/developers/docs/resources/webhook#execute-webhook"/>
/// <seealso href="https://discord.com/developers/docs/resources/message#embed-object-embed-limits"/>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/discord/"/>
internal sealed class DiscordNotifier : INotifier
{
    public const int MaxTitle = 256;
    public const int MaxDescription = 4096;

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;
    private readonly IReadOnlyDictionary<NotificationSeverity, int> _colors;

    private DiscordNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("username", "avatar", "avatarurl", "thread_id", "color", "colorerror", "colorwarn", "colorinfo", "colordebug", "splitlines", "json");
        if (url.User is not { Length: > 0 } token || url.Host.Length == 0 || !url.Host.All(char.IsAsciiDigit) || url.Password is not null)
            throw new NotifierUrlException("it has to be discord://<token>@<webhook id>, the id being a number");
        if (url.Path.Count > 0)
            throw new NotifierUrlException("it ends with the webhook id: what /raw would send is not made here");
        if (url.Switch(false, "json"))
            throw new NotifierUrlException("json=yes, for a message that is JSON of one's own, is not done");
        if (url.Switch(false, "splitlines"))
            throw new NotifierUrlException("splitlines=yes is not done, for a message is one embed");
        // Nothing that is told here is for debugging.
        Color(url, "colordebug");
        _colors = new Dictionary<NotificationSeverity, int>
        {
            [NotificationSeverity.Error] = Color(url, "colorerror", "color") ?? 0xE01E5A,
            [NotificationSeverity.Warning] = Color(url, "colorwarn", "color") ?? 0xECB22E,
            [NotificationSeverity.Info] = Color(url, "colorinfo", "color") ?? 0x2EB67D,
        };
        _url = url;
        _target = $"{parts.Addresses.Discord}/api/webhooks/{url.Host}/{Uri.EscapeDataString(token)}?wait=true{(url.Find("thread_id") is { } thread ? $"&thread_id={Uri.EscapeDataString(thread)}" : "")}";
        _api = new NotifierApi(parts.Exchange, url, $"Discord at {new Uri(_target).Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new DiscordNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var reply = await _api.PostAsync(_target, json =>
        {
            if (_url.Find("username") is { } name)
                json.WriteString("username", name);
            if (_url.Find("avatar", "avatarurl") is { } avatar)
                json.WriteString("avatar_url", avatar);
            json.WriteStartObject("allowed_mentions");
            json.WriteStartArray("parse");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("embeds");
            json.WriteStartObject();
            json.WriteString("title", FittedText.Line(message.Title, MaxTitle, Escape));
            json.WriteString("description", FittedText.Of(message.Lines, MaxDescription, Escape));
            if (message.Link is { } link)
                json.WriteString("url", link.AbsoluteUri);
            json.WriteNumber("color", _colors[message.Severity]);
            json.WriteString("timestamp", message.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteStartObject("footer");
            json.WriteString("text", "GitOpsBumper");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }, cancellationToken);
        if (reply.Status is HttpStatusCode.OK or HttpStatusCode.NoContent)
            return;
        var answer = NotifierApi.Document(reply);
        var refusal = _api.Refusal(reply, NotifierApi.Text(answer, "message"));
        if (reply.Status == HttpStatusCode.TooManyRequests && answer.TryGetProperty("retry_after", out var after) && after.ValueKind == System.Text.Json.JsonValueKind.Number
            && after.TryGetDouble(out var seconds) && seconds is >= 0 and < 86_400)
        {
            throw new NotifierException(refusal.Message, isTransient: true) { RetryAfter = TimeSpan.FromSeconds(seconds) };
        }

        throw refusal;
    }

    private static string Escape(string text) => SafeMarkup.WithoutMentions(SafeMarkup.Markdown(text));

    /// <summary>Of the first of these keys that is there, as shoutrrr writes it: <c>0x50D9ff</c>; null: none is.</summary>
    private static int? Color(NotifierUrl url, params string[] keys)
    {
        int? first = null;
        foreach (var key in keys)
        {
            if (url.Find(key) is not { } text)
                continue;
            var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text.TrimStart('#');
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var color) || color is < 0 or > 0xFFFFFF)
                throw new NotifierUrlException($"{key} is no color such as 0x2EB67D");
            first ??= color;
        }

        return first;
    }
}
