using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Approvals;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cluster;

/// <summary>
/// Writes into Applications which version waits for approval, and since when, and takes away what was said for a version when it stands in git; beside the cycles: nobody waits for it. Without the right
/// to it deadlines do not run, and approvals have to name digests; that is told once. What could not be written is tried again: an Application may not be decided about before tomorrow.
/// </summary>
/// <param name="connection">To the API server.</param>
/// <param name="time">For stamps and pauses.</param>
/// <param name="logger">Hears of what could not be written.</param>
internal sealed partial class ApprovalKeeper(KubernetesConnection connection, TimeProvider time, ILogger<ApprovalKeeper> logger)
{
    /// <summary>Before what somebody takes away each time is noted again.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);

    /// <summary>Many more than people decide about.</summary>
    private const int MaxNoted = 10_000;

    private readonly ApplicationClient _applications = new(connection);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly ApprovalQueue _waiting = new(time);
    private readonly Dictionary<Place, Noted> _noted = [];
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private TaskCompletionSource? _rest;
    private CancellationToken _term;
    private bool _isRunning;

    /// <summary>Nothing is being written any more, for now: what could not be is tried again later, until the token ends it.</summary>
    public Task Ended
    {
        get
        {
            lock (_gate)
                return _running;
        }
    }

    /// <summary>
    /// Begins to write down what waits. What was decided from an older word of an Application than its last one sets nothing back, neither now nor when its turn comes: a newer decision has been made, or
    /// will be. That a version was written is so all the same.
    /// </summary>
    /// <param name="decided">What was decided just now.</param>
    /// <param name="isCurrent">Whether an Application is still as it was decided from; asked again later, on another thread.</param>
    /// <param name="barrier">Asked before each write: null when it may begin.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The same.</returns>
    public IReadOnlyList<DecidedApplication> Keep(IReadOnlyList<DecidedApplication> decided, Func<ApplicationSnapshot, bool> isCurrent, Func<string?> barrier, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Who led since knows better.
            if (_term.IsCancellationRequested)
                _waiting.Clear();
            _term = cancellationToken;
            foreach (var (application, report) in decided)
            {
                if (isCurrent(application))
                    _waiting.Set(application.Name, News(application, report), () => isCurrent(application));
                else if (report.IsWritten && !_waiting.Waits(application.Name))
                    _waiting.Set(application.Name, [.. News(application, report).Where(word => word.IsSettled)], static () => false);
            }

            Begin(barrier, cancellationToken);
        }

        return decided;
    }

    /// <summary>What the Application does not say as it was decided from.</summary>
    private List<ApprovalWord> News(ApplicationSnapshot application, ApplicationReport report)
    {
        var news = new List<ApprovalWord>();
        foreach (var image in report.Images)
        {
            if (image.Alias is not { } alias || Version(image) is not { } version)
                continue;
            var word = new ApprovalWord(AnnotationKeys.AliasInKeys(alias), version, image.Settled is not null);
            if (word.Changes(application, default).Count > 0 && (word.IsSettled || !IsFought(new Place(application.Name, word.Alias), version)))
                news.Add(word);
        }

        return news;
    }

    private static ImageVersion? Version(ImageReport image) => image.Settled ?? (image.Asked is { Policy: not null, Version: { Digest: not null } version } ? version : null);

    /// <summary>Somebody takes away what the bot notes: it is not noted again and again, as each time the Application is looked at anew.</summary>
    private bool IsFought(Place place, ImageVersion version) => _noted.TryGetValue(place, out var noted) && noted.Version == version && time.GetElapsedTime(noted.At) < noted.Pause;

    private void Note(NamespacedName application, ApprovalWord word)
    {
        var place = new Place(application, word.Alias);
        lock (_gate)
        {
            if (word.IsSettled)
            {
                _noted.Remove(place);
                return;
            }

            if (_noted.Count >= MaxNoted)
                _noted.Clear();
            var times = _noted.TryGetValue(place, out var before) && before.Version == word.Version ? before.Times + 1 : 1;
            var pause = FirstPause * Math.Pow(4, Math.Min(times - 1, 8));
            _noted[place] = new Noted(word.Version, times, time.GetTimestamp(), pause < LongestPause ? pause : LongestPause);
            if (times == 2)
                Log.Fought(logger, application.ToString(), ApprovalAnnotations.PrefixOf(word.Alias) + ApprovalKeys.Request);
        }
    }

    private void Begin(Func<string?> barrier, CancellationToken cancellationToken)
    {
        if (_isRunning || _waiting.Count == 0)
            return;
        _rest?.TrySetResult();
        _rest = null;
        _isRunning = true;
        _running = Task.Run(() => WriteAllAsync(barrier, cancellationToken), CancellationToken.None);
    }

    private async Task WriteAllAsync(Func<string?> barrier, CancellationToken cancellationToken)
    {
        while (Next(barrier, cancellationToken) is { } next)
            await TryAsync(next, barrier, cancellationToken);
    }

    private WaitingWords? Next(Func<string?> barrier, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (cancellationToken.IsCancellationRequested)
                _waiting.Clear();
            if (_waiting.Next() is { } next)
                return next;
            _isRunning = false;
            if (_waiting.Count == 0)
                return null;
            _rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = RestAsync(_rest, _waiting.Pause, barrier, cancellationToken);
            return null;
        }
    }

    /// <summary>Until something old is to be tried again, or something new has come.</summary>
    private async Task RestAsync(TaskCompletionSource mine, TimeSpan pause, Func<string?> barrier, CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(mine.Task, Task.Delay(pause, time, rest.Token));
        await rest.CancelAsync();
        lock (_gate)
        {
            if (ReferenceEquals(_rest, mine))
                Begin(barrier, cancellationToken);
        }
    }

    private async Task TryAsync(WaitingWords taken, Func<string?> barrier, CancellationToken cancellationToken)
    {
        var name = taken.Application;
        try
        {
            var holds = taken.Holds();
            if (barrier() is not null || (!holds && !taken.Words.Any(word => word.IsSettled)))
            {
                Change(() => _waiting.Drop(taken));
                return;
            }

            var now = time.GetUtcNow();
            List<ApprovalWord> said = [];
            await _applications.AnnotateAsync(
                name,
                application =>
                {
                    said = [.. taken.Words.Where(word => (holds || word.IsSettled) && word.Changes(application, now).Count > 0)];
                    return said.SelectMany(word => word.Changes(application, now)).ToDictionary(StringComparer.Ordinal);
                },
                cancellationToken);
            foreach (var word in said)
                Note(name, word);
            Change(() => _waiting.Written(taken));
            _told.Remove(name.Namespace);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever leads next writes it.
        }
        catch (KubernetesException failure)
        {
            Change(() => _waiting.Failed(taken, failure));
            if (!failure.IsConflict && _told.Add(name.Namespace))
                Log.NotWritten(logger, name.ToString(), failure.Message);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Change(() => _waiting.Drop(taken));
            Log.Unexpected(logger, name.ToString(), failure);
        }
    }

    private void Change(Action how)
    {
        lock (_gate)
            how();
    }

    private sealed record Place(NamespacedName Application, string Alias);

    /// <param name="Version">That waits.</param>
    /// <param name="Times">How often it was noted.</param>
    /// <param name="At">When, last.</param>
    /// <param name="Pause">It is not noted again before it is over.</param>
    private sealed record Noted(ImageVersion Version, int Times, long At, TimeSpan Pause);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Which version of {Application} waits for approval was not written into it, and perhaps not into others: {Reason}; until that is possible deadlines do not run, and approvals by annotation have to name digests")]
        public static partial void NotWritten(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "What the bot noted in {Application} was taken away: annotation {Annotation}. Where an ApplicationSet makes the Application, approvals last only when it preserves their annotations (preservedFields); until then it is noted more and more seldom")]
        public static partial void Fought(ILogger logger, string application, string annotation);

        [LoggerMessage(LogLevel.Error, "An internal error while it was written into {Application} what waits for approval.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }
}
