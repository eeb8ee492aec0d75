using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Machines;

/// <summary>
/// A webhook of anybody: <c>generic+https://host/path</c> or <c>generic://host/path</c>. It gets the JSON document of <see cref="GenericDocument"/>; with <c>template=json</c> just a title and a message, as
/// shoutrrr sends them. Parameters that are not ours stay in the URL.
/// </summary>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/generic/"/>
internal sealed class GenericNotifier : INotifier
{
    private const int MaxText = 8000;

    private static readonly string[] OurKeys = ["disabletls", "template", "messagekey", "titlekey", "method", "requestmethod", "contenttype", "secret", "title"];
    private static readonly string[] OurHeaders = ["host", "content-length", "content-type", "transfer-encoding", "connection"];

    private readonly NotifierApi _api;
    private readonly NotifierUrl _url;
    private readonly string _target;
    private readonly HttpMethod _method;
    private readonly bool _isPlain;

    private GenericNotifier(NotifierUrl url, NotifierParts parts)
    {
        _url = url;
        url.CheckHost();
        var isOpen = url.Scheme == "generic+http" || url.Switch(false, "disabletls");
        var address = url.Rest.Split('?')[0];
        var at = address.Split('/')[0].LastIndexOf('@');
        var forwarded = url.RawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(pair => !IsOurs(Uri.UnescapeDataString(pair.Split('=')[0])));
        _target = $"{(isOpen ? "http" : "https")}://{address[(at + 1)..]}{string.Concat(forwarded.Select((pair, index) => $"{(index == 0 ? '?' : '&')}{Plain(pair)}"))}";
        _method = (url.Find("method", "requestmethod") ?? "POST").ToUpperInvariant() switch
        {
            "POST" => HttpMethod.Post,
            "PUT" => HttpMethod.Put,
            _ => throw new NotifierUrlException("method is neither POST nor PUT"),
        };
        _isPlain = url.Find("template")?.ToLowerInvariant() switch
        {
            null => false,
            "json" => true,
            _ => throw new NotifierUrlException("template is not json"),
        };
        if (!_isPlain && (url.Find("messagekey", "titlekey") is not null || url.Query.Any(pair => pair.Key.StartsWith('$'))))
            throw new NotifierUrlException("messagekey, titlekey and fields with $ go with template=json");
        if (url.Query.Where(pair => pair.Key.StartsWith('@')).Any(pair => !IsHeader(pair.Key[1..], pair.Value)))
            throw new NotifierUrlException("it sets a header that is none, or not to be set");
        if (url.Find("contenttype") is { } type && !System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out _))
            throw new NotifierUrlException("contenttype is none");
        _api = new NotifierApi(parts.Exchange, url, $"the webhook at {new Uri(_target).Host}");
    }

    public string Place => _api.Place;

    public int Recipients => 1;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new GenericNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var call = NotifierApi.Call(_target, json =>
        {
            if (!_isPlain)
            {
                GenericDocument.Write(json, message);
                return;
            }

            json.WriteString(_url.Find("titlekey") ?? "title", _url.Find("title") ?? message.Title);
            json.WriteString(_url.Find("messagekey") ?? "message", FittedText.Of(message.Lines.Count == 0 ? [message.Title] : message.Lines, MaxText, static line => line));
            foreach (var (key, value) in _url.Query.Where(pair => pair.Key.StartsWith('$')))
                json.WriteString(key[1..], value);
        }, _method);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["X-GitOpsBumper-Event"] = message.Event,
            ["X-GitOpsBumper-Delivery"] = message.Id,
        };
        foreach (var (name, value) in _url.Query.Where(pair => pair.Key.StartsWith('@')))
            headers[name[1..]] = value;
        if (_url.Find("secret") is { } secret)
            headers["X-Signature-256"] = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), call.Json!.Value.Span))}";
        var reply = await _api.SendAsync(
            call with
            {
                Headers = headers,
                ContentType = _url.Find("contenttype") ?? "application/json",
                Authorization = _url is { User: { } user, Password: { } password } ? NotifierApi.Basic(user, password) : null,
            },
            cancellationToken);
        if (!reply.IsSuccess)
            throw _api.Refusal(reply);
    }

    /// <summary>A key of ours behind an underscore is one of theirs.</summary>
    private static string Plain(string pair) => pair.StartsWith('_') && IsOurs(Uri.UnescapeDataString(pair[1..].Split('=')[0])) ? pair[1..] : pair;

    private static bool IsOurs(string key) => key.StartsWith('@') || key.StartsWith('$') || OurKeys.Contains(key, StringComparer.OrdinalIgnoreCase);

    private static bool IsHeader(string name, string value) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !OurHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && value.All(c => c is >= ' ' and <= '~');
}
