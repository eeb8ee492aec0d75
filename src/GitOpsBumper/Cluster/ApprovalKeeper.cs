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
/// to it deadlines do not run, and approvals have to name digests; that is told once.
/// </summary>
/// <param name="connection">To the API server.</param>
/// <param name="time">For stamps and pauses.</param>
/// <param name="logger">Hears of what could not be written.</param>
internal sealed partial class ApprovalKeeper(KubernetesConnection connection, TimeProvider time, ILogger<ApprovalKeeper> logger)
{
    /// <summary>Between two attempts where the right is missing.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);

    /// <summary>Many more than people decide about.</summary>
    private const int MaxNoted = 10_000;

    private readonly ApplicationClient _applications = new(connection);
    private readonly EventPauses _pauses = new(time, LongestPause);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<NamespacedName, IReadOnlyList<Word>> _waiting = [];
    private readonly Dictionary<Place, Noted> _noted = [];
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

    /// <summary>What the Application does not say as it was decided from.</summary>
    private List<Word> News(ApplicationSnapshot application, ApplicationReport report)
    {
        var news = new List<Word>();
        foreach (var image in report.Images)
        {
            if (image.Alias is not { } alias || Version(image) is not { } version)
                continue;
            var word = new Word(AnnotationKeys.AliasInKeys(alias), version, image.Settled is not null);
            if (word.Changes(application, default).Count > 0 && (word.IsSettled || !IsFought(new Place(application.Name, word.Alias), version)))
                news.Add(word);
        }

        return news;
    }

    private static ImageVersion? Version(ImageReport image) => image.Settled ?? (image.Asked is { Policy: not null, Version: { Digest: not null } version } ? version : null);

    /// <summary>Somebody takes away what the bot notes: it is not noted again and again, as each time the Application is looked at anew.</summary>
    private bool IsFought(Place place, ImageVersion version) => _noted.TryGetValue(place, out var noted) && noted.Version == version && time.GetElapsedTime(noted.At) < noted.Pause;

    private void Note(NamespacedName application, Word word)
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

    private async Task WriteAllAsync(Func<string?> barrier, CancellationToken cancellationToken)
    {
        while (Take(cancellationToken) is { } next)
        {
            if (barrier() is null && _pauses.IsFree(next.Key.Namespace))
                await TryAsync(next.Key, next.Value, cancellationToken);
        }
    }

    private KeyValuePair<NamespacedName, IReadOnlyList<Word>>? Take(CancellationToken cancellationToken)
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

    private async Task TryAsync(NamespacedName name, IReadOnlyList<Word> words, CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            List<Word> said = [];
            await _applications.AnnotateAsync(
                name,
                application =>
                {
                    said = [.. words.Where(word => word.Changes(application, now).Count > 0)];
                    return said.SelectMany(word => word.Changes(application, now)).ToDictionary(StringComparer.Ordinal);
                },
                cancellationToken);
            foreach (var word in said)
                Note(name, word);
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
    /// <param name="Version">That waits, or has been written.</param>
    /// <param name="IsSettled">It has been written.</param>
    private sealed record Word(string Alias, ImageVersion Version, bool IsSettled)
    {
        public IReadOnlyDictionary<string, string?> Changes(ApplicationSnapshot application, DateTimeOffset now)
        {
            var state = ApprovalAnnotations.StateOf(application, Alias);
            return IsSettled ? state.Settle(Version) : state.Ask(Version, now);
        }
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
