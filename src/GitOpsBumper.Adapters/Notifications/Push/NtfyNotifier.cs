using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Push;

/// <summary>
/// ntfy: <c>ntfy://[user:password@]host/topic</c>, <c>ntfy://:tk_token@host/topic</c>, or <c>ntfy://topic</c> on ntfy.sh. Published as JSON, because headers know no letters but those of ASCII.
/// </summary>
/// <seealso href="https://docs.ntfy.sh/publish/#publish-as-json"/>
/// <seealso href="https://docs.ntfy.sh/publish/#limitations"/>
/// <seealso href="https://docs.ntfy.sh/publish/#message-priority"/>
/// <seealso href="https://github.com/binwiederhier/ntfy/blob/main/server/server.go"/>
internal sealed class NtfyNotifier : INotifier
{
    /// <summary>Of the message, in bytes; 4096 and more become a file.</summary>
    public const int MaxBytes = 4095;

    /// <summary>Of the whole document, in bytes, with all that has to be escaped: the server reads no more of it.</summary>
    public const int MaxDocument = 2 * 4096;

    /// <summary>Six bytes for each letter outside ASCII would be more than the document may have. No page shows it as it is.</summary>
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;
    private readonly string _topic;
    private readonly int? _priority;

    private NtfyNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("scheme", "disabletls", "priority", "tags", "click", "icon", "delay", "at", "in", "email", "attach", "filename", "cache", "firebase");
        if (url.Path.Count > 1 || (url.Path.Count == 0 && url.User is not null) || url.Host.Length == 0)
            throw new NotifierUrlException("it has to be ntfy://<host>/<topic> or ntfy://<topic>");
        foreach (var key in (string[])["cache", "firebase"])
        {
            if (!url.Switch(true, key))
                throw new NotifierUrlException($"{key}=no is not done, for ntfy's documents have no field for it");
        }

        _priority = Level(url);
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
        var call = NotifierApi.Call(_target, NotifierApi.Json(json => Write(json, message, Fitted(message)), Encoder));
        var reply = await _api.SendAsync(call with { Authorization = Account }, cancellationToken);
        if (!reply.IsSuccess)
            throw _api.Refusal(reply, NotifierApi.Text(NotifierApi.Document(reply), "error"));
    }

    /// <summary>The text, within both limits: what is a byte for the one may be two or three for the other.</summary>
    private string Fitted(NotificationMessage message)
    {
        var room = Math.Max(1, MaxDocument - NotifierApi.Json(json => Write(json, message, ""), Encoder).Length);
        return FittedText.Of(message.Lines.Count == 0 ? [message.Title] : message.Lines, MaxBytes, static line => line, Size);

        // In such units that the room of the document is as large as that of the message.
        int Size(string text) => (int)Math.Min(int.MaxValue / 4, Math.Max(FittedText.Bytes(text), (((long)FittedText.Bytes(Encoder.Encode(text)) * MaxBytes) + room - 1) / room));
    }

    private void Write(Utf8JsonWriter json, NotificationMessage message, string text)
    {
        json.WriteString("topic", _topic);
        json.WriteString("title", FittedText.Line(message.Title, 250, static title => title, FittedText.Bytes));
        json.WriteString("message", text);
        json.WriteNumber("priority", _priority ?? Priority(message.Severity));
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
        foreach (var key in (string[])["icon", "email", "attach", "filename"])
        {
            if (_url.Find(key) is { } value)
                json.WriteString(key, value);
        }

        if (_url.Find("delay", "at", "in") is { } delay)
            json.WriteString("delay", delay);
    }

    /// <summary>By number, or by the name that ntfy and shoutrrr have for it; null: as severe as the message is.</summary>
    private static int? Level(NotifierUrl url) => url.Find("priority")?.ToUpperInvariant() switch
    {
        null => null,
        "1" or "MIN" => 1,
        "2" or "LOW" => 2,
        "3" or "DEFAULT" => 3,
        "4" or "HIGH" => 4,
        "5" or "MAX" or "URGENT" => 5,
        _ => throw new NotifierUrlException("priority is none of min, low, default, high and max, and no number from 1 to 5"),
    };

    private static int Priority(NotificationSeverity severity) => severity switch
    {
        NotificationSeverity.Error => 4,
        _ => 3,
    };
}
