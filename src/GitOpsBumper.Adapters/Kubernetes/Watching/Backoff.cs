using System.Security.Cryptography;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>Waits longer after each failure in a row, 0.8 s to 30 s, and never as long as the neighbours do.</summary>
internal sealed class Backoff(TimeProvider time)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.8);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _failures;

    /// <summary>Something went well: the next failure is the first one again.</summary>
    public void Reset() => _failures = 0;

    /// <param name="atLeast">What the server asked for; null when it did not. More than <see cref="Longest"/> nobody gets.</param>
    public Task WaitAsync(TimeSpan? atLeast, CancellationToken cancellationToken)
    {
        var full = Math.Min(First.TotalSeconds * 2 * Math.Pow(2, _failures), Longest.TotalSeconds);
        _failures = Math.Min(_failures + 1, 16);
        // The upper half of the time is left to chance.
        var jitter = RandomNumberGenerator.GetInt32(500, 1001) / 1000.0;
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Max(full * jitter, atLeast?.TotalSeconds ?? 0), Longest.TotalSeconds));
        return Task.Delay(pause, time, cancellationToken);
    }
}
