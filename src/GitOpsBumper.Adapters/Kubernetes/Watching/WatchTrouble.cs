namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>Why a watcher does not hear of changes at the moment; what it knows is as old as <see cref="Since"/>.</summary>
/// <param name="Message">A sentence; the last failure in a row.</param>
/// <param name="Since">Of the first failure in this row.</param>
/// <param name="Failures">In a row.</param>
public sealed record WatchTrouble(string Message, DateTimeOffset Since, int Failures)
{
    /// <summary>Since the last good answer or, without any, since the start; by a clock that nobody sets.</summary>
    public TimeSpan Silence { get; init; }
}
