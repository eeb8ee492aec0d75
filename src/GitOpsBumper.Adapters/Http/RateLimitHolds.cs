namespace GitOpsBumper.Adapters.Http;

/// <summary>Who has used up what one host allows, and until when it is no use to ask. Accounts count apart, as hosts count them.</summary>
public sealed class RateLimitHolds(TimeProvider time)
{
    private const int MaxHolds = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<Whose, RateLimitHold> _holds = [];

    /// <summary>Takes note of what an answer says: something is left, and a hold ends; nothing is, and one begins.</summary>
    public void Saw(HttpCall call, RateLimit limit, bool wasRefused)
    {
        // What is counted as a pull stops pulls alone, unless the host refused something else because of it.
        var whose = new Whose(call.Account, limit.IsForPulls && (call.IsPull || !wasRefused));
        lock (_lock)
        {
            if (!limit.IsUsedUp)
                _holds.Remove(whose);
            else if (_holds.Count < MaxHolds || _holds.ContainsKey(whose))
                _holds[whose] = new RateLimitHold(limit, time.GetUtcNow() + limit.Hold);
            else
                MakeRoom(whose, limit);
        }
    }

    /// <summary>Null when the call may be sent.</summary>
    public RateLimitHold? For(HttpCall call)
    {
        lock (_lock)
        {
            if (_holds.Count == 0)
                return null;
            return Find(new Whose(call.Account, false)) ?? (call.IsPull ? Find(new Whose(call.Account, true)) : null);
        }
    }

    private RateLimitHold? Find(Whose whose)
    {
        if (!_holds.TryGetValue(whose, out var hold))
            return null;
        if (time.GetUtcNow() < hold.Until)
            return hold;
        _holds.Remove(whose);
        return null;
    }

    private void MakeRoom(Whose whose, RateLimit limit)
    {
        _holds.Remove(_holds.MinBy(pair => pair.Value.Until).Key);
        _holds[whose] = new RateLimitHold(limit, time.GetUtcNow() + limit.Hold);
    }

    private readonly record struct Whose(object? Account, bool PullsAlone);
}

/// <summary>Nothing is asked because of a limit before a time.</summary>
public sealed record RateLimitHold(RateLimit Limit, DateTimeOffset Until);
