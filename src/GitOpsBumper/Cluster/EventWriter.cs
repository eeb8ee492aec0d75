using System.Net;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cluster;

/// <summary>
/// Writes announcements to the Applications they are about, as Kubernetes Events, beside the cycles: nobody waits for it. What cannot be
/// written, for want of a right or of a server, is tried again for as long as it holds.
/// </summary>
internal sealed partial class EventWriter
{
    /// <summary>What happened longer ago is no news; the API server itself forgets it after an hour.</summary>
    private static readonly TimeSpan News = TimeSpan.FromHours(1);

    /// <summary>For what still waits at the end of the process.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly EventQueue _waiting = new();
    private readonly EventPauses _pauses;
    private readonly EventClient _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _inTrouble;
    private bool _refused;
    private bool _uncounted;
    private long _late;

    /// <param name="connection">To the API server.</param>
    /// <param name="instance">Which replica says it.</param>
    /// <param name="time">For stamps and pauses.</param>
    /// <param name="logger">Hears of what could not be written.</param>
    public EventWriter(KubernetesConnection connection, string instance, TimeProvider time, ILogger<EventWriter> logger)
    {
        _pauses = new EventPauses(time);
        _events = new EventClient(connection, instance, time);
        _time = time;
        _logger = logger;
    }

    /// <param name="announcement">What to say.</param>
    /// <param name="application">About whom.</param>
    /// <param name="holds">Whether it is still to be said; asked when its turn has come, on another thread.</param>
    public void Write(Announcement announcement, Watched<ApplicationSnapshot> application, Func<bool> holds)
    {
        var (severity, reason) = announcement.Kind switch
        {
            AnnouncementKind.Updated => (EventSeverity.Normal, "ImageUpdated"),
            AnnouncementKind.Proposed => (EventSeverity.Normal, "UpdateProposed"),
            AnnouncementKind.Pinned => (EventSeverity.Normal, "ImagePinned"),
            AnnouncementKind.Rejected => (EventSeverity.Normal, "VersionRejected"),
            AnnouncementKind.Held => (EventSeverity.Warning, "UpdateHeld"),
            AnnouncementKind.Failed => (EventSeverity.Warning, "UpdateFailed"),
            AnnouncementKind.PendingApproval => (EventSeverity.Normal, "ApprovalRequired"),
            _ => (EventSeverity.Warning, "AnnotationProblem"),
        };
        var told = new ObjectEvent(ObjectReference.To(ObjectKinds.Application, application), severity, reason, announcement.Message)
        {
            At = _time.GetUtcNow(),
            Lasts = announcement.Kind is not (AnnouncementKind.Updated or AnnouncementKind.Proposed),
        };
        _waiting.Add(new WaitingEvent(told, holds));
    }

    /// <summary>Writes until the token ends it; what waits then has a second.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var atTheEnd = cancellationToken.Register(() => abort.CancelAfter(LastWords));
        while (true)
        {
            var news = _waiting.News;
            if (_waiting.Take(_pauses.IsFree) is { } taken)
                await WriteAsync(taken, abort.Token);
            else if (!cancellationToken.IsCancellationRequested)
                await RestAsync(news, cancellationToken);
            else
                break;
        }

        if (_waiting.Count + _waiting.TakeCrowdedOut() is > 0 and var left)
            Log.Ended(_logger, left);
    }

    private async Task WriteAsync(TakenEvent taken, CancellationToken cancellationToken)
    {
        var told = taken.Waiting.Event;
        if (cancellationToken.IsCancellationRequested)
        {
            _pauses.Begin(EventPauses.Everywhere, EventPauses.Longest);
            _waiting.PutBack(taken);
            return;
        }

        if (!taken.Waiting.Holds())
            return;
        if (!told.Lasts && _time.GetUtcNow() - told.At > News)
        {
            _late++;
            return;
        }

        try
        {
            var uncounted = await _events.PostAsync(told, cancellationToken);
            if (uncounted is not null && !_uncounted)
                Log.NotCounted(_logger, uncounted);
            _uncounted |= uncounted is not null;
            Succeeded(taken);
        }
        catch (KubernetesException failure) when (IsVerdict(failure))
        {
            // Once in a row: an event is no reason to fill the log.
            if (!_refused)
                Log.Refused(_logger, told.About.Name.ToString(), failure.Message);
            _refused = true;
        }
        catch (KubernetesException failure)
        {
            if (!_inTrouble)
                Log.NotWritten(_logger, told.About.Name.ToString(), failure.Message, EventQueue.MaxOfOne);
            _inTrouble = true;
            _pauses.Begin(failure.IsForbidden ? told.About.Name.Namespace : EventPauses.Everywhere, failure.RetryAfter);
            _waiting.PutBack(taken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _waiting.PutBack(taken);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            // A bug that loses one Event must not lose all that come after it.
            Log.Unexpected(_logger, told.About.Name.ToString(), failure);
        }
    }

    /// <summary>The server does not want this one Event, now or later.</summary>
    private static bool IsVerdict(KubernetesException failure) => failure is { IsTransient: false, IsForbidden: false, Status: { } status } && status != (int)HttpStatusCode.Unauthorized;

    private void Succeeded(TakenEvent taken)
    {
        _refused = false;
        _pauses.End(taken.Waiting.Application.Namespace);
        if (_inTrouble)
        {
            _pauses.Forget(_waiting.Waits);
            if (!_pauses.Any)
            {
                _inTrouble = false;
                Log.Again(_logger);
            }
        }

        if (taken.LeftOut > 0)
            Log.LeftOut(_logger, taken.Waiting.Application.ToString(), taken.LeftOut, EventQueue.MaxOfOne);
        if (_inTrouble || _waiting.Count > 0)
            return;
        if (_late > 0)
            Log.Late(_logger, _late);
        _late = 0;
        if (_waiting.TakeCrowdedOut() is > 0 and var crowdedOut)
            Log.CrowdedOut(_logger, crowdedOut, EventQueue.MaxWaiting);
    }

    /// <summary>Until there is something new to say, or something old to be tried again.</summary>
    private async Task RestAsync(Task news, CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = _pauses.Next is { } next ? TimeSpan.FromMilliseconds(Math.Ceiling(next.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny(news, Task.Delay(pause, _time, rest.Token));
        await rest.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Events are not written to Applications, the first was for {Application}: {Reason}; it is tried again, and up to {Limit} of each Application are kept until then")]
        public static partial void NotWritten(ILogger logger, string application, string reason, int limit);

        [LoggerMessage(LogLevel.Information, "Events are written to Applications again.")]
        public static partial void Again(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "{Application}: an Event was left out, as the API server does not want it: {Reason}")]
        public static partial void Refused(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "Events that are written already are not counted when they come again: {Reason}")]
        public static partial void NotCounted(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "{Application}: {Count} Events were left out, as it had more than {Limit} at once.")]
        public static partial void LeftOut(ILogger logger, string application, long count, int limit);

        [LoggerMessage(LogLevel.Warning, "{Count} Events were left out, as more than {Limit} of all Applications waited at once.")]
        public static partial void CrowdedOut(ILogger logger, long count, int limit);

        [LoggerMessage(LogLevel.Warning, "{Count} Events were left out, as they could not be written for an hour.")]
        public static partial void Late(ILogger logger, long count);

        [LoggerMessage(LogLevel.Information, "{Count} Events were not written before the end.")]
        public static partial void Ended(ILogger logger, long count);

        [LoggerMessage(LogLevel.Error, "{Application}: an internal error lost an Event.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }
}
