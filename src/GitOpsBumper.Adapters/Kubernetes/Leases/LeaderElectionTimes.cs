using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Adapters.Kubernetes.Leases;

/// <summary>How long leadership lasts without a sign of life. The defaults are those of Kubernetes' own controllers.</summary>
public sealed record LeaderElectionTimes
{
    /// <summary>The longest <see cref="Duration"/>; a lease that says more is believed no longer than that.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(100);

    private LeaderElectionTimes(TimeSpan duration, TimeSpan renewDeadline, TimeSpan retryPeriod) =>
        (Duration, RenewDeadline, RetryPeriod) = (duration, renewDeadline, retryPeriod);

    public static LeaderElectionTimes Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));

    /// <summary>How long others leave the lease alone after they saw it renewed; whole seconds.</summary>
    public TimeSpan Duration { get; }

    /// <summary>How long a leader is one after a renewal. What is left until <see cref="Duration"/> is the time to stop what was begun.</summary>
    public TimeSpan RenewDeadline { get; }

    /// <summary>Between two attempts, up to a fifth more.</summary>
    public TimeSpan RetryPeriod { get; }

    /// <summary>So that a leader whose attempt is not answered has time for another one.</summary>
    internal TimeSpan AttemptTimeout => RenewDeadline / 2;

    /// <param name="problem">Null, or a sentence that names what is wrong.</param>
    public static bool TryCreate(
        TimeSpan duration,
        TimeSpan renewDeadline,
        TimeSpan retryPeriod,
        [NotNullWhen(true)] out LeaderElectionTimes? value,
        [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = duration < TimeSpan.FromSeconds(1) || duration > Longest || duration.Ticks % TimeSpan.TicksPerSecond != 0
            ? $"the lease duration of {Seconds(duration)} is not a number of whole seconds from 1 to {Longest.TotalSeconds:0}"
            : renewDeadline >= duration
                ? $"the renew deadline of {Seconds(renewDeadline)} has to be shorter than the lease duration of {Seconds(duration)}"
                : retryPeriod < ShortestRetry
                    ? $"the retry period of {Seconds(retryPeriod)} is shorter than {Seconds(ShortestRetry)}"
                    : retryPeriod * 2 > renewDeadline
                        ? $"the retry period of {Seconds(retryPeriod)} is more than half of the renew deadline of {Seconds(renewDeadline)}, which leaves no second attempt"
                        : null;
        if (problem is not null)
            return false;
        value = new LeaderElectionTimes(duration, renewDeadline, retryPeriod);
        return true;
    }

    private static string Seconds(TimeSpan duration) => $"{duration.TotalSeconds:0.###} s";
}
