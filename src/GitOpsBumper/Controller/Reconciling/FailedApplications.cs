using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>Applications whose small cycle came to nothing, and when they are to be looked at again.</summary>
/// <param name="time">For the pauses.</param>
/// <param name="jitter">From 0 to 1.</param>
internal sealed class FailedApplications(TimeProvider time, Func<double> jitter)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, Attempts> _failed = [];

    /// <summary>Until the first of them is due; <see cref="Timeout.InfiniteTimeSpan"/> when none waits.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_gate)
            {
                return _failed.Values.Min(attempts => attempts.Due) is not { } due ? Timeout.InfiniteTimeSpan
                    : due > Now ? due - Now
                    : TimeSpan.Zero;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>How long to wait after so many failures in a row: twice as long each time, and the upper half of it is left to chance.</summary>
    /// <param name="failures">1 or more.</param>
    /// <param name="jitter">From 0 to 1.</param>
    public static TimeSpan PauseAfter(int failures, double jitter)
    {
        var full = First * Math.Pow(2, Math.Min(failures - 1, 16));
        return (full < Longest ? full : Longest) * (0.5 + (0.5 * jitter));
    }

    /// <summary>They were in one cycle, and are looked at again in one.</summary>
    public void Add(IEnumerable<NamespacedName> names)
    {
        var chance = jitter();
        lock (_gate)
        {
            foreach (var name in names)
            {
                var failures = (_failed.GetValueOrDefault(name)?.Failures ?? 0) + 1;
                _failed[name] = new Attempts(failures, Now + PauseAfter(failures, chance));
            }
        }
    }

    /// <summary>Of those that went well, or that are gone: the next failure is the first one again.</summary>
    public void Remove(IEnumerable<NamespacedName> names)
    {
        lock (_gate)
        {
            foreach (var name in names)
                _failed.Remove(name);
        }
    }

    /// <summary>Those whose pause is over; how often they have failed is kept until somebody says that they went well.</summary>
    public IReadOnlyList<NamespacedName> TakeDue()
    {
        lock (_gate)
        {
            var due = _failed.Where(entry => entry.Value.Due <= Now).Select(entry => entry.Key).ToList();
            foreach (var name in due)
                _failed[name] = _failed[name] with { Due = null };
            return due;
        }
    }

    /// <param name="Failures">In a row.</param>
    /// <param name="Due">Since the clock's beginning; null while it is looked at.</param>
    private sealed record Attempts(int Failures, TimeSpan? Due);
}
