using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Notifications;

/// <summary>Sends requests to one service, and makes sentences of its refusals.</summary>
/// <param name="exchange">Sends again what may arrive at the next attempt.</param>
/// <param name="url">Whose secrets are in no sentence.</param>
/// <param name="place">Service and host.</param>
/// <param name="sentAs">In what other forms than that of the URL its secrets go over the wire.</param>
internal sealed class NotifierApi(HttpExchange exchange, NotifierUrl url, string place, params IReadOnlyList<string> sentAs)
{
    /// <summary>No service has much to say.</summary>
    private const int MaxBytes = 64 * 1024;

    private const int MaxWords = 200;

    public string Place => place;

    public Task<HttpReply> PostAsync(string target, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) => SendAsync(Call(target, write), cancellationToken);

    /// <exception cref="NotifierException">There is no answer.</exception>
    public async Task<HttpReply> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await exchange.SendAsync(call, cancellationToken);
        }
        catch (HttpExchangeException failure)
        {
            // Its cause may hold the URL.
            throw new NotifierException($"{place} {url.Redact(failure.Message, sentAs)}", failure.IsTransient);
        }
    }

    public static HttpCall Call(string target, Action<Utf8JsonWriter> write, HttpMethod? method = null) => Call(target, Json(write), method);

    public static HttpCall Call(string target, byte[] json, HttpMethod? method = null) =>
        new(method ?? HttpMethod.Post, new Uri(target), "notification", MaxBytes) { Accept = "application/json, text/plain;q=0.9, */*;q=0.1", Json = json };

    /// <summary>A document in ASCII, for there is then no encoding that somebody could get wrong; with an encoder of its own where that would be too long.</summary>
    public static byte[] Json(Action<Utf8JsonWriter> write, JavaScriptEncoder? encoder = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = encoder }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static AuthenticationHeaderValue Basic(string user, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    /// <summary>What becomes of a reply that is no success.</summary>
    /// <param name="reply">Of the service.</param>
    /// <param name="words">Its own; null: the body.</param>
    /// <param name="isTransient">Null: as the status says.</param>
    public NotifierException Refusal(HttpReply reply, string? words = null, bool? isTransient = null)
    {
        var said = Words(words ?? BodyText(reply));
        var redirect = reply.IsRedirect ? ", a redirect, which is not followed" : "";
        return new NotifierException($"{place} answered {(int)reply.Status}{(said.Length == 0 ? "" : $" '{said}'")}{redirect}", isTransient ?? reply.IsTransient)
        {
            RetryAfter = Http.Headers.RetryAfter.Read(reply, TimeProvider.System),
        };
    }

    /// <summary>Words of the service without line ends, secrets and length.</summary>
    public string Words(string words)
    {
        var plain = Core.Notifications.PlainText.Of(words.Trim(), MaxWords * 4);
        return Core.Notifications.FittedText.Cut(url.Redact(plain, sentAs).Trim(), MaxWords);
    }

    public static string BodyText(HttpReply reply) => Encoding.UTF8.GetString(reply.Body.Span);

    /// <summary>The answer as JSON; an object without members when it is none.</summary>
    public static JsonElement Document(HttpReply reply)
    {
        try
        {
            using var json = JsonDocument.Parse(reply.Body);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : Empty();
        }
        catch (JsonException)
        {
            return Empty();
        }
    }

    /// <summary>The text of a member; null when there is none.</summary>
    public static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    private static JsonElement Empty()
    {
        using var json = JsonDocument.Parse("{}");
        return json.RootElement.Clone();
    }
}
