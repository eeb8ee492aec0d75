namespace GitOpsBumper.Adapters.Http;

/// <summary>How patient one request is. Waiting for one's turn at a busy host does not count.</summary>
public sealed record HttpLimits
{
    /// <summary>From sending the request to the last byte of the answer.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After the first attempt, for failures that may pass.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Before the first retry; each further one waits about twice as long, with jitter, at most <see cref="LongestDelay"/>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A <c>Retry-After</c> up to this is waited out; a longer one fails the request, and every other to that host until it has passed.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So long a host is left alone when <see cref="HostGate.FailuresUntilClosed"/> requests in a row failed with all their retries.</summary>
    public TimeSpan OutagePause { get; init; } = TimeSpan.FromSeconds(30);
}
