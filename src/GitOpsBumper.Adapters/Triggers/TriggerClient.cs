using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Triggers;

/// <summary>Asks a bot for an update and waits for what comes of it. A bot that starts, changes its leader or is busy is asked again.</summary>
public sealed class TriggerClient : IDisposable
{
    /// <summary>Proxies break off what takes longer.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>For whoever does not wait for what comes of it: until the bot has taken it.</summary>
    private static readonly TimeSpan Delivery = TimeSpan.FromSeconds(15);

    private readonly BotConnection _bot;
    private readonly TimeProvider _time;

    /// <param name="server">Its base address.</param>
    /// <param name="token">Of who asks; fetched for each request, as those of jobs last for minutes alone.</param>
    /// <param name="authorities">That are trusted besides those of the system.</param>
    /// <param name="time">For waiting.</param>
    public TriggerClient(Uri server, Func<CancellationToken, Task<Secret>> token, X509Certificate2Collection authorities, TimeProvider time)
    {
        _bot = new BotConnection(server, token, authorities);
        _time = time;
    }

    /// <param name="ask">The body, JSON.</param>
    /// <param name="patience">For all of it, as long as somebody answers at all; until it has been taken a quarter of a minute at least.</param>
    /// <param name="told">Hears why it takes longer, a sentence at a time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The trigger as it was last, which is done unless the patience is over.</returns>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public async Task<JsonDocument> RunAsync(ReadOnlyMemory<byte> ask, TimeSpan patience, Action<string> told, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        JsonDocument? last = null;
        var (pause, failures) = (FirstPause, 0);
        while (true)
        {
            var left = patience - _time.GetElapsedTime(began);
            try
            {
                var wait = left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestAnswer ? left : LongestAnswer;
                var answer = await SendAsync(last is null ? ask : null, last is null ? "api/v1/trigger" : $"api/v1/triggers/{Id(last)}", wait, cancellationToken);
                last?.Dispose();
                last = answer;
                (pause, failures) = (FirstPause, 0);
                if (IsDone(last) || _time.GetElapsedTime(began) >= patience)
                    return last;
                // A bot that does not wait must not be asked without a pause.
                left = TimeSpan.Zero;
            }
            catch (TriggerException failure) when (failure.Status == HttpStatusCode.NotFound && last is not null)
            {
                told("the replica that had the request is gone; it is asked for again");
                last.Dispose();
                last = null;
            }
            catch (TriggerException failure) when (failure.IsTransient && _time.GetElapsedTime(began) < (last is null && patience < Delivery ? Delivery : patience))
            {
                if (++failures == 1)
                    told($"{failure.Message}; asking again");
                pause = failure.RetryAfter is { } after && after > pause ? after : pause;
            }
            catch
            {
                last?.Dispose();
                throw;
            }

            var rest = patience - _time.GetElapsedTime(began);
            await Task.Delay(rest > TimeSpan.Zero && rest < pause ? rest : pause, _time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose() => _bot.Dispose();

    private async Task<JsonDocument> SendAsync(ReadOnlyMemory<byte>? body, string path, TimeSpan wait, CancellationToken cancellationToken)
    {
        var answer = await _bot.SendAsync($"{path}?wait={(int)wait.TotalMilliseconds}ms", body, cancellationToken);
        if (Text(answer, "id") is not null && Text(answer, "state") is not null)
            return answer;
        answer.Dispose();
        throw _bot.Unexpected("trigger");
    }

    private static bool IsDone(JsonDocument trigger) => Text(trigger, "state") == "done";

    private static string? Id(JsonDocument trigger) => Text(trigger, "id") is { } id ? Uri.EscapeDataString(id) : null;

    private static string? Text(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
