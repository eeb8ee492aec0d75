using System.Globalization;
using System.Net;
using System.Text.Json;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Chat;

/// <summary>Telegram: <c>telegram://TOKEN@telegram?chats=@channel,-100123[:thread]</c>. Each chat gets the message by itself.</summary>
/// <seealso href="https://core.telegram.org/bots/api#sendmessage"/>
/// <seealso href="https://core.telegram.org/bots/api#making-requests"/>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/telegram/"/>
internal sealed class TelegramNotifier : INotifier
{
    /// <summary>Counted without marks by Telegram, with them here.</summary>
    public const int MaxText = 4096;

    private const int MaxTitle = 1000;

    private readonly NotifierApi _api;
    private readonly string _target;
    private readonly IReadOnlyList<Chat> _chats;
    private readonly bool _preview;
    private readonly bool _silent;

    private TelegramNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("chats", "channels", "parsemode", "preview", "notification");
        if (url.User is not { Length: > 0 } bot || url.Password is not { Length: > 0 } key || !bot.All(char.IsAsciiDigit) || !url.Host.Equals("telegram", StringComparison.OrdinalIgnoreCase))
            throw new NotifierUrlException("it has to be telegram://<number>:<key>@telegram?chats=<chat>,...");
        if (url.Find("parsemode") is { } mode && !mode.Equals("None", StringComparison.OrdinalIgnoreCase))
            throw new NotifierUrlException("parsemode is not None, but the text is shown as it is");
        _chats = [.. url.List("chats", "channels").Select(Chat.Read)];
        if (_chats.Count == 0)
            throw new NotifierUrlException("it names no chats");
        _preview = url.Switch(false, "preview");
        _silent = !url.Switch(true, "notification");
        _target = $"{parts.Addresses.Telegram}/bot{bot}:{Uri.EscapeDataString(key)}/sendMessage";
        _api = new NotifierApi(parts.Exchange, url, $"Telegram at {new Uri(_target).Host}");
    }

    public string Place => _api.Place;

    public int Recipients => _chats.Count;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new TelegramNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var chat = _chats[recipient];
        var title = $"<b>{FittedText.Line(message.Title, MaxTitle, Escape)}</b>";
        var reply = await _api.PostAsync(_target, json =>
        {
            json.WriteString("chat_id", chat.Id);
            if (chat.Topic is { } topic)
                json.WriteNumber("message_thread_id", topic);
            json.WriteString("text", message.Lines.Count == 0 ? title : $"{title}\n\n{FittedText.Of(message.Lines, MaxText - title.Length - 2, Escape)}");
            json.WriteString("parse_mode", "HTML");
            json.WriteBoolean("disable_notification", _silent);
            json.WriteStartObject("link_preview_options");
            json.WriteBoolean("is_disabled", !_preview);
            json.WriteEndObject();
        }, cancellationToken);
        var answer = NotifierApi.Document(reply);
        if (reply.IsSuccess && answer.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True)
            return;
        var refusal = _api.Refusal(reply, NotifierApi.Text(answer, "description"));
        if (reply.Status == HttpStatusCode.TooManyRequests && answer.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("retry_after", out var after) && after.ValueKind == JsonValueKind.Number && after.TryGetInt32(out var seconds) && seconds is >= 0 and < 86_400)
        {
            throw new NotifierException(refusal.Message, isTransient: true) { RetryAfter = TimeSpan.FromSeconds(seconds) };
        }

        throw refusal;
    }

    private static string Escape(string text) => SafeMarkup.Html(SafeMarkup.WithoutMentions(text));

    /// <param name="Id">A number, or a name behind an <c>@</c>.</param>
    /// <param name="Topic">Null: the chat as a whole.</param>
    private sealed record Chat(string Id, int? Topic)
    {
        public static Chat Read(string text)
        {
            var colon = text.LastIndexOf(':');
            if (colon < 0)
                return new Chat(text, null);
            return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var topic)
                ? new Chat(text[..colon], topic)
                : throw new NotifierUrlException("chats names a topic that is no number");
        }
    }
}
