using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Machines;

/// <summary>
/// Zabbix from 7.0 on: <c>zabbix://APITOKEN@host[/path]?host=NAME</c>. Values go to trapper items of that host; the call as a whole says success whatever became of each of them.
/// </summary>
/// <seealso href="https://www.zabbix.com/documentation/7.0/en/manual/api/reference/history/push"/>
internal sealed class ZabbixNotifier : INotifier
{
    /// <summary>Of a value of the type text.</summary>
    public const int MaxText = 8000;

    private static readonly string[] AllKeys = ["message", "severity", "updated", "failed", "problem", "recovered"];

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;
    private readonly string _host;
    private readonly string _prefix;
    private readonly IReadOnlyList<string> _keys;

    private ZabbixNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("host", "prefix", "keys", "disabletls", "scheme");
        _host = url.Find("host") ?? throw new NotifierUrlException("it has to be zabbix://<api token>@<host>/?host=<name of the host in Zabbix>");
        if (string.IsNullOrEmpty(url.User) && string.IsNullOrEmpty(url.Password))
            throw new NotifierUrlException("it has no API token before the @");
        _keys = url.List("keys") is { Count: > 0 } keys ? keys : AllKeys;
        if (_keys.Except(AllKeys, StringComparer.Ordinal).Any())
            throw new NotifierUrlException($"keys names one that is not known, allowed: {string.Join(", ", AllKeys)}");
        _prefix = url.Find("prefix") ?? "gitopsbumper";
        _url = url;
        _target = url.Server(url.Path.Append("api_jsonrpc.php"));
        _api = new NotifierApi(parts.Exchange, url, $"Zabbix at {url.Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new ZabbixNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var call = NotifierApi.Call(_target, json =>
        {
            json.WriteString("jsonrpc", "2.0");
            json.WriteString("method", "history.push");
            json.WriteStartArray("params");
            foreach (var key in _keys)
            {
                json.WriteStartObject();
                json.WriteString("host", _host);
                json.WriteString("key", $"{_prefix}.{key}");
                json.WriteString("value", Value(key, message));
                json.WriteNumber("clock", message.Time.ToUnixTimeSeconds());
                json.WriteNumber("ns", message.Time.Ticks % TimeSpan.TicksPerSecond * 100);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("id", 1);
        });
        var token = string.IsNullOrEmpty(_url.Password) ? _url.User! : _url.Password;
        var reply = await _api.SendAsync(call with { Authorization = NotifierApi.Bearer(token), ContentType = "application/json-rpc" }, cancellationToken);
        var answer = NotifierApi.Document(reply);
        if (answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            throw _api.Refusal(reply, $"{NotifierApi.Text(error, "message")} {NotifierApi.Text(error, "data")}");
        if (!reply.IsSuccess || !answer.TryGetProperty("result", out var result) || result.ValueKind != JsonValueKind.Object
            || !result.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw _api.Refusal(reply);
        var refused = data.EnumerateArray().Select((item, index) => (Index: index, Error: item.ValueKind == JsonValueKind.Object ? NotifierApi.Text(item, "error") : null)).Where(item => item.Error is not null).ToList();
        // What was taken would stand there twice if all of it were sent again.
        if (refused.Count > 0)
        {
            var named = string.Join(", ", refused.Where(item => item.Index < _keys.Count).Select(item => $"{_keys[item.Index]}: {item.Error}"));
            throw _api.Refusal(reply, $"{refused.Count} of {_keys.Count} values were not taken, {named}", isTransient: false);
        }
    }

    private static string Value(string key, NotificationMessage message) => key switch
    {
        "message" => FittedText.Of([message.Title, .. message.Lines], MaxText, static line => line),
        "severity" => ((int)message.Severity).ToString(CultureInfo.InvariantCulture),
        _ => message.Counts.Where(count => NotificationWords.Word(count.Key) == key).Sum(count => count.Value).ToString(CultureInfo.InvariantCulture),
    };
}
