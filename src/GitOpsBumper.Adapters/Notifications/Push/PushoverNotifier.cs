using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Push;

/// <summary>Pushover: <c>pushover://shoutrrr:APITOKEN@USERKEY/?devices=&amp;priority=</c>. The name before the token says nothing. The text is shown as it is.</summary>
/// <seealso href="https://pushover.net/api"/>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/pushover/"/>
internal sealed class PushoverNotifier : INotifier
{
    public const int MaxText = 1024;
    public const int MaxTitle = 250;
    private const int MaxLink = 512;

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;

    private PushoverNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("devices", "priority", "sound");
        if (url.Password is not { Length: > 0 } || url.Host.Length == 0 || url.Path.Count > 0)
            throw new NotifierUrlException("it has to be pushover://shoutrrr:<api token>@<user key>/");
        // The highest one wants to be confirmed, and comes again until it is.
        url.Number("priority", 0, -2, 1);
        _url = url;
        _target = $"{parts.Addresses.Pushover}/1/messages.json";
        _api = new NotifierApi(parts.Exchange, url, $"Pushover at {new Uri(_target).Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new PushoverNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["token"] = _url.Password!,
            ["user"] = _url.Host,
            ["title"] = FittedText.Cut(message.Title, MaxTitle),
            ["message"] = FittedText.Of(message.Lines.Count == 0 ? [message.Title] : message.Lines, MaxText, static line => line),
            ["priority"] = _url.Number("priority", message.Severity == NotificationSeverity.Error ? 1 : 0, -2, 1).ToString(CultureInfo.InvariantCulture),
            ["timestamp"] = message.Time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
        if (_url.List("devices") is { Count: > 0 } devices)
            form["device"] = string.Join(',', devices);
        if (_url.Find("sound") is { } sound)
            form["sound"] = sound;
        if (message.Link?.AbsoluteUri is { Length: <= MaxLink } link)
            form["url"] = link;
        var reply = await _api.SendAsync(new HttpCall(HttpMethod.Post, new Uri(_target), "notification", 64 * 1024) { Accept = "application/json", Form = form }, cancellationToken);
        var answer = NotifierApi.Document(reply);
        if (reply.IsSuccess && answer.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number && status.TryGetInt32(out var number) && number == 1)
            return;
        var errors = answer.TryGetProperty("errors", out var list) && list.ValueKind == JsonValueKind.Array
            ? string.Join(", ", list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Take(3).Select(item => item.GetRawText()))
            : null;
        throw Hidden(_api.Refusal(reply, errors));
    }

    /// <summary>The key of the user stands where other URLs have their host.</summary>
    private NotifierException Hidden(NotifierException failure) => failure.Message.Contains(_url.Host, StringComparison.OrdinalIgnoreCase)
        ? new NotifierException($"{Place} refused the message", failure.IsTransient) { RetryAfter = failure.RetryAfter }
        : failure;
}
