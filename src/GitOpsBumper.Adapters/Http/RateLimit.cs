using System.Globalization;
using System.Net;
using GitOpsBumper.Adapters.Http.Headers;

namespace GitOpsBumper.Adapters.Http;

/// <summary>What a server says in an answer of how much it still allows. There are several ways of saying it; all of them are read.</summary>
/// <seealso href="https://docs.docker.com/docker-hub/usage/pulls/"/>
/// <seealso href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/"/>
/// <param name="Limit">Requests in the window; null when it does not say.</param>
/// <param name="Remaining">Zero: the next one will be refused.</param>
/// <param name="Window">Null when it does not say.</param>
/// <param name="Reset">From now until there is more; null when it does not say, as with windows that roll.</param>
public sealed record RateLimit(long? Limit, long Remaining, TimeSpan? Window, TimeSpan? Reset)
{
    private const string PullSource = "Docker-RateLimit-Source";

    /// <summary>Above it, a reset is a time since 1970, not a duration.</summary>
    private const long LongestDelta = 1_000_000_000;

    private static readonly TimeSpan ShortestHold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(24);

    /// <summary>Docker Hub counts manifests that are got; neither <c>HEAD</c> nor lists of tags.</summary>
    public bool IsForPulls { get; init; }

    /// <summary>It is counted by address, because nobody is logged in.</summary>
    public bool IsForAddress { get; init; }

    public bool IsUsedUp => Remaining <= 0;

    /// <summary>
    /// How long to leave a server alone that allows no more. Of a window that rolls one request after the other comes back: its share of the window is
    /// waited for, but at least a minute.
    /// </summary>
    public TimeSpan Hold
    {
        get
        {
            if (Reset is { } reset)
                return reset < LongestHold ? reset : LongestHold;
            if (Window is not { } window)
                return ShortestHold;
            var share = window / Math.Max(1, Limit ?? 1);
            return share > LongestHold ? LongestHold : share > ShortestHold ? share : ShortestHold;
        }
    }

    /// <summary>Null when the answer says nothing of a limit.</summary>
    public static RateLimit? Read(HttpReply reply, TimeProvider time)
    {
        var limits = reply.Header("RateLimit-Limit") ?? reply.Header("X-RateLimit-Limit") ?? Parameter(reply.Header("RateLimit-Policy"), "q") ?? Parameter(reply.Header("RateLimit"), "limit");
        var remains = reply.Header("RateLimit-Remaining") ?? reply.Header("X-RateLimit-Remaining") ?? Parameter(reply.Header("RateLimit"), "r") ?? Parameter(reply.Header("RateLimit"), "remaining");
        var source = reply.Header(PullSource);
        var remaining = Number(remains);
        if (remaining is null && source is not null && reply.Status == HttpStatusCode.TooManyRequests)
            remaining = 0;
        if (remaining is not { } left)
            return null;
        var reset = reply.Header("RateLimit-Reset") ?? reply.Header("X-RateLimit-Reset") ?? Parameter(reply.Header("RateLimit"), "t") ?? Parameter(reply.Header("RateLimit"), "reset");
        var window = Number(Parameter(reply.Header("RateLimit-Limit") ?? reply.Header("RateLimit-Policy"), "w") ?? Parameter(remains, "w"));
        return new RateLimit(Number(limits), left, Seconds(window), RetryAfter.Read(reply, time) ?? Until(Number(reset), time))
        {
            IsForPulls = source is not null,
            IsForAddress = IPAddress.TryParse(source, out _),
        };
    }

    /// <summary>The second half of a sentence: <c>allows 100 manifest pulls in 6 h without login, and none is left</c>.</summary>
    public override string ToString()
    {
        var what = IsForPulls ? "manifest pulls" : "requests";
        var allowed = Limit is { } limit ? $"allows {limit} {what}" : $"allows a number of {what}";
        var period = Window is { } window ? $" in {Duration(window)}" : "";
        return $"{allowed}{period}{(IsForAddress ? " without login" : "")}, and {(IsUsedUp ? "none is" : $"{Remaining} are")} left";
    }

    internal static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } when time.TotalHours % 1 == 0 => $"{time.TotalHours:0} h",
        { TotalMinutes: >= 1 } when time.TotalMinutes % 1 == 0 => $"{time.TotalMinutes:0} min",
        _ => $"{time.TotalSeconds:0} s",
    };

    private static TimeSpan? Until(long? reset, TimeProvider time) => reset switch
    {
        null => null,
        > LongestDelta and <= 253_402_300_799 => DateTimeOffset.FromUnixTimeSeconds(reset.Value) - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero,
        _ => Seconds(reset),
    };

    private static TimeSpan? Seconds(long? number) => number is { } seconds and >= 0 and <= LongestDelta ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The number at the beginning: <c>100;w=21600</c> and <c>100, 100;w=60</c> are 100.</summary>
    private static long? Number(string? text)
    {
        var digits = text.AsSpan().Trim();
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>What stands behind <c>w=</c> in <c>"default";q=100;w=60</c>.</summary>
    private static string? Parameter(string? text, string name)
    {
        foreach (var part in (text ?? "").Split(';', ','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return part[(equals + 1)..];
        }

        return null;
    }
}
