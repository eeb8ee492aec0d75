using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Chat;

/// <summary>
/// Matrix: <c>matrix://:ACCESSTOKEN@host/?rooms=!id:server,alias:server</c>. The user has to be in the rooms. A message has the same transaction identifier however often it is sent, so
/// that the server knows it again.
/// </summary>
/// <seealso href="https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid"/>
/// <seealso href="https://spec.matrix.org/latest/client-server-api/#user-and-room-mentions"/>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/matrix/"/>
internal sealed class MatrixNotifier : INotifier
{
    /// <summary>An event has 65536 bytes at most, and the text stands in it twice.</summary>
    public const int MaxText = 8000;

    private readonly NotifierApi _api;
    private readonly string _server;
    private readonly string _token;
    private readonly IReadOnlyList<string> _rooms;

    private MatrixNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("rooms", "room", "disabletls", "scheme");
        if (url.Password is not { Length: > 0 } token || url.User is { Length: > 0 })
            throw new NotifierUrlException("it has to be matrix://:<access token>@<host>/?rooms=<room>,...; the bot does not log in with a name and a password");
        _token = token;
        _rooms = url.List("rooms", "room");
        if (_rooms.Count == 0)
            throw new NotifierUrlException("it names no rooms");
        _server = url.Server(url.Path);
        _api = new NotifierApi(parts.Exchange, url, $"Matrix at {url.Host}");
    }

    public string Place => _api.Place;

    public int Recipients => _rooms.Count;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new MatrixNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var room = _rooms[recipient];
        if (room[0] != '!')
            room = await FindAsync(room[0] == '#' ? room : $"#{room}", cancellationToken);
        var call = NotifierApi.Call($"{_server}/_matrix/client/v3/rooms/{Uri.EscapeDataString(room)}/send/m.room.message/{message.Id}-{recipient}", json =>
        {
            json.WriteString("msgtype", "m.text");
            json.WriteString("body", FittedText.Of([message.Title, .. message.Lines], MaxText, SafeMarkup.WithoutMentions));
            json.WriteString("format", "org.matrix.custom.html");
            var text = FittedText.Of(message.Lines, MaxText, static line => SafeMarkup.Html(SafeMarkup.WithoutMentions(line))).Replace("\n", "<br>", StringComparison.Ordinal);
            json.WriteString("formatted_body", $"<strong>{SafeMarkup.Html(SafeMarkup.WithoutMentions(message.Title))}</strong>{(text.Length == 0 ? "" : $"<br>{text}")}");
            // That it is there and empty says that nobody is called.
            json.WriteStartObject("m.mentions");
            json.WriteEndObject();
        }, HttpMethod.Put);
        Accept(await _api.SendAsync(call with { Authorization = NotifierApi.Bearer(_token) }, cancellationToken), "event_id");
    }

    private async Task<string> FindAsync(string alias, CancellationToken cancellationToken)
    {
        var call = new HttpCall(HttpMethod.Get, new Uri($"{_server}/_matrix/client/v3/directory/room/{Uri.EscapeDataString(alias)}"), "notification", 64 * 1024)
        {
            Accept = "application/json",
            Authorization = NotifierApi.Bearer(_token),
        };
        return Accept(await _api.SendAsync(call, cancellationToken), "room_id");
    }

    private string Accept(HttpReply reply, string member)
    {
        var answer = NotifierApi.Document(reply);
        if (reply.IsSuccess && NotifierApi.Text(answer, member) is { Length: > 0 } value)
            return value;
        var refusal = _api.Refusal(reply, $"{NotifierApi.Text(answer, "errcode")} {NotifierApi.Text(answer, "error")}");
        throw refusal.RetryAfter is null && answer.TryGetProperty("retry_after_ms", out var after) && after.ValueKind == JsonValueKind.Number && after.TryGetInt32(out var pause) && pause is >= 0 and < 86_400_000
            ? new NotifierException(refusal.Message, isTransient: true) { RetryAfter = TimeSpan.FromMilliseconds(pause) }
            : refusal;
    }
}
