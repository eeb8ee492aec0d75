using System.Text.Json;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Chat;

/// <summary>
/// Microsoft Teams by a workflow ("Post to a channel when a webhook request is received"): <c>teams+https://</c> and the rest of its URL, or <c>teams://</c> and the same. The older
/// connectors, <c>teams://group@tenant/...</c>, are gone. The text stands in blocks that know no Markdown.
/// </summary>
/// <seealso href="https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using"/>
/// <seealso href="https://adaptivecards.io/explorer/RichTextBlock.html"/>
internal sealed class TeamsNotifier : INotifier
{
    /// <summary>A message has 28 KB at most; a character outside ASCII takes six bytes of it.</summary>
    public const int MaxText = 3300;

    private const int MaxLines = 30;

    private readonly NotifierApi _api;
    private readonly string _target;

    private TeamsNotifier(NotifierUrl url, NotifierParts parts)
    {
        if (url.User is not null || url.Host.EndsWith(".office.com", StringComparison.OrdinalIgnoreCase))
            throw new NotifierUrlException("it is that of a connector, which Microsoft has retired; make a workflow, and write its https URL behind 'teams+'");
        url.CheckHost();
        var isOpen = url.Scheme == "teams" && url.Switch(false, "disabletls");
        _target = isOpen ? $"{url.Server(url.Path)}" : $"https://{url.Rest}";
        _api = new NotifierApi(parts.Exchange, url, $"Teams at {new Uri(_target).Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new TeamsNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var call = NotifierApi.Call(_target, json =>
        {
            json.WriteString("type", "message");
            json.WriteStartArray("attachments");
            json.WriteStartObject();
            json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
            json.WriteNull("contentUrl");
            json.WriteStartObject("content");
            WriteCard(json, message);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        });
        // Without a charset the service takes the body for another one, in which it is twice as long.
        var reply = await _api.SendAsync(call with { ContentType = "application/json; charset=utf-8" }, cancellationToken);
        if (!reply.IsSuccess)
            throw _api.Refusal(reply, NotifierApi.Document(reply) is var answer && answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? NotifierApi.Text(error, "message") : null);
    }

    private static void WriteCard(Utf8JsonWriter json, NotificationMessage message)
    {
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteStartObject("msteams");
        json.WriteString("width", "Full");
        json.WriteEndObject();
        json.WriteStartArray("body");
        WriteBlock(json, FittedText.Cut(message.Title, 250), Color(message.Severity), isTitle: true);
        var lines = FittedText.Of(message.Lines, MaxText, static line => line).Split('\n').Where(line => line.Length > 0).ToList();
        foreach (var line in lines.Count <= MaxLines ? lines : [.. lines.Take(MaxLines - 1), $"and {lines.Count - MaxLines + 1} more lines"])
            WriteBlock(json, line, "default", isTitle: false);
        json.WriteEndArray();
        if (message.Link is not { } link)
            return;
        json.WriteStartArray("actions");
        json.WriteStartObject();
        json.WriteString("type", "Action.OpenUrl");
        json.WriteString("title", "Open the request");
        json.WriteString("url", link.AbsoluteUri);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteBlock(Utf8JsonWriter json, string text, string color, bool isTitle)
    {
        json.WriteStartObject();
        json.WriteString("type", "RichTextBlock");
        json.WriteStartArray("inlines");
        json.WriteStartObject();
        json.WriteString("type", "TextRun");
        json.WriteString("text", text);
        if (isTitle)
        {
            json.WriteString("weight", "bolder");
            json.WriteString("size", "medium");
            json.WriteString("color", color);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Color(NotificationSeverity severity) => severity switch
    {
        NotificationSeverity.Error => "attention",
        NotificationSeverity.Warning => "warning",
        _ => "good",
    };
}
