namespace GitOpsBumper.Cluster;

/// <summary>Where Events, or whatever else, cannot be written at the moment, and when to try again: after a second, and each time in a row after twice as long, up to a minute.</summary>
/// <param name="time">For the pauses.</param>
/// <param name="longest">Null: a minute.</param>
internal sealed class EventPauses(TimeProvider time, TimeSpan? longest = null)
{
    /// <summary>Stands for the whole cluster where a namespace is asked for.</summary>
    public const string Everywhere = "*";

    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _longest = longest ?? Longest;
    private readonly Dictionary<string, Pause> _pauses = new(StringComparer.Ordinal);

    /// <summary>Something could not be written and has not been written since.</summary>
    public bool Any => _pauses.Count > 0;

    /// <summary>Until the first pause is over; null when none is under way.</summary>
    public TimeSpan? Next => _pauses.Values.Select(Left).Where(left => left > TimeSpan.Zero).OrderBy(left => left).Select(left => (TimeSpan?)left).FirstOrDefault();

    public bool IsFree(string space) => IsOver(Everywhere) && IsOver(space);

    /// <param name="space">A namespace, or <see cref="Everywhere"/>.</param>
    /// <param name="atLeast">What the server asks for; null: nothing. Nobody gets more than the longest.</param>
    public void Begin(string space, TimeSpan? atLeast)
    {
        var failures = _pauses.TryGetValue(space, out var before) ? before.Failures + 1 : 0;
        var own = First * Math.Pow(2, Math.Min(failures, 16));
        var asked = atLeast > own ? atLeast.Value : own;
        _pauses[space] = new Pause(failures, time.GetTimestamp(), asked < _longest ? asked : _longest);
    }

    /// <summary>Something was written there.</summary>
    public void End(string space)
    {
        _pauses.Remove(Everywhere);
        _pauses.Remove(space);
    }

    /// <summary>Forgets the namespaces for which nothing waits.</summary>
    public void Forget(Func<string, bool> waits)
    {
        foreach (var space in _pauses.Keys.Where(space => space != Everywhere && !waits(space)).ToList())
            _pauses.Remove(space);
    }

    private bool IsOver(string space) => !_pauses.TryGetValue(space, out var pause) || Left(pause) <= TimeSpan.Zero;

    private TimeSpan Left(Pause pause) => pause.Length - time.GetElapsedTime(pause.Since);

    private sealed record Pause(int Failures, long Since, TimeSpan Length);
}
