using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cluster;

/// <summary>
/// Writes into Applications which version waits for approval, and since when, beside the cycles: nobody waits for it. Without the right to it deadlines do not run, and approvals have to name digests;
/// that is told once.
/// </summary>
/// <param name="connection">To the API server.</param>
/// <param name="time">For stamps and pauses.</param>
/// <param name="logger">Hears of what could not be written.</param>
internal sealed partial class ApprovalKeeper(KubernetesConnection connection, TimeProvider time, ILogger<ApprovalKeeper> logger)
{
    /// <summary>Between two attempts where the right is missing.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ApplicationClient _applications = new(connection);
    private readonly EventPauses _pauses = new(time, LongestPause);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<NamespacedName, IReadOnlyList<Asked>> _waiting = [];
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;

    /// <summary>Nothing is being written any more.</summary>
    public Task Ended
    {
        get
        {
            lock (_gate)
                return _running;
        }
    }

    /// <summary>Begins to write down what waits.</summary>
    /// <param name="decided">What was decided just now.</param>
    /// <param name="barrier">Asked before each write: null when it may begin.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The same.</returns>
    public IReadOnlyList<DecidedApplication> Keep(IReadOnlyList<DecidedApplication> decided, Func<string?> barrier, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var (application, report) in decided)
            {
                _waiting.Remove(application.Name);
                if (News(application, report) is { Count: > 0 } news)
                    _waiting[application.Name] = news;
            }

            if (!_isRunning && _waiting.Count > 0)
            {
                _isRunning = true;
                _running = Task.Run(() => WriteAllAsync(barrier, cancellationToken), CancellationToken.None);
            }
        }

        return decided;
    }

    /// <summary>What waits, and is not written down as it was decided from.</summary>
    private static List<Asked> News(ApplicationSnapshot application, ApplicationReport report) =>
    [
        .. report.Images.Where(image => image is { Alias: not null, Asked: { Policy: not null, Version.Digest: not null } }).Select(image => new Asked(AnnotationKeys.AliasInKeys(image.Alias!), image.Asked!))
            .Where(asked => asked.Read(application).Request?.Version != asked.Version.Version),
    ];

    private async Task WriteAllAsync(Func<string?> barrier, CancellationToken cancellationToken)
    {
        while (Take(cancellationToken) is { } next)
        {
            if (barrier() is null && _pauses.IsFree(next.Key.Namespace))
                await TryAsync(next.Key, next.Value, cancellationToken);
        }
    }

    private KeyValuePair<NamespacedName, IReadOnlyList<Asked>>? Take(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (cancellationToken.IsCancellationRequested)
                _waiting.Clear();
            foreach (var next in _waiting)
            {
                _waiting.Remove(next.Key);
                return next;
            }

            _isRunning = false;
            return null;
        }
    }

    private async Task TryAsync(NamespacedName name, IReadOnlyList<Asked> asked, CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            await _applications.AnnotateAsync(name, application => asked.SelectMany(one => one.Read(application).Ask(one.Version.Version, now)).ToDictionary(StringComparer.Ordinal), cancellationToken);
            _pauses.End(name.Namespace);
            _told.Remove(name.Namespace);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever leads next writes it.
        }
        catch (KubernetesException failure)
        {
            if (failure.IsTransient || failure.IsForbidden)
                _pauses.Begin(name.Namespace, failure.RetryAfter);
            if (!failure.IsConflict && _told.Add(name.Namespace))
                Log.NotWritten(logger, name.ToString(), failure.Message);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.Unexpected(logger, name.ToString(), failure);
        }
    }

    /// <param name="Alias">As keys have it.</param>
    private sealed record Asked(string Alias, WaitingVersion Version)
    {
        public ApprovalState Read(ApplicationSnapshot application)
        {
            var prefix = $"{AnnotationKeys.Prefix}{Alias}.";
            return ApprovalState.Read(prefix, key => application.Annotations.GetValueOrDefault(prefix + key));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Which version of {Application} waits for approval was not written into it, and perhaps not into others: {Reason}; until that is possible deadlines do not run, and approvals by annotation have to name digests")]
        public static partial void NotWritten(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Error, "An internal error while it was written into {Application} what waits for approval.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }
}
