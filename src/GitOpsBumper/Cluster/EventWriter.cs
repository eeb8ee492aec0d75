using System.Threading.Channels;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cluster;

/// <summary>Writes announcements to the Applications they are about, as Kubernetes Events, beside the cycles: nobody waits for it.</summary>
internal sealed partial class EventWriter
{
    /// <summary>Beyond it the oldest ones are left out.</summary>
    private const int MaxWaiting = 4096;

    private readonly Channel<ObjectEvent> _waiting;
    private readonly EventClient _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _refused;
    private long _lost;

    /// <param name="connection">To the API server.</param>
    /// <param name="instance">Which replica says it.</param>
    /// <param name="time">For the stamps of events.</param>
    /// <param name="logger">Hears of what could not be written.</param>
    public EventWriter(KubernetesConnection connection, string instance, TimeProvider time, ILogger<EventWriter> logger)
    {
        _events = new EventClient(connection, instance, time);
        _time = time;
        _logger = logger;
        _waiting = Channel.CreateBounded<ObjectEvent>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _lost));
    }

    public void Write(Announcement announcement, Watched<ApplicationSnapshot> application)
    {
        var (severity, reason) = announcement.Kind switch
        {
            AnnouncementKind.Updated => (EventSeverity.Normal, "ImageUpdated"),
            AnnouncementKind.Pinned => (EventSeverity.Normal, "ImagePinned"),
            AnnouncementKind.Failed => (EventSeverity.Warning, "UpdateFailed"),
            _ => (EventSeverity.Warning, "AnnotationProblem"),
        };
        _waiting.Writer.TryWrite(new ObjectEvent(ObjectReference.To(ObjectKinds.Application, application), severity, reason, announcement.Message)
        {
            At = _time.GetUtcNow(),
            Lasts = announcement.Kind != AnnouncementKind.Updated,
        });
    }

    /// <summary>Writes until the token ends it; then what still waits is left out.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var told in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await _events.PostAsync(told, cancellationToken);
                _refused = false;
            }
            catch (KubernetesException failure)
            {
                // Once in a row: an event is no reason to fill the log.
                if (!_refused)
                    Log.NotWritten(_logger, told.About.Name.ToString(), failure.Message);
                _refused = true;
            }

            if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
                Log.Lost(_logger, lost);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Events are not written to Applications, the first was for {Application}: {Reason}")]
        public static partial void NotWritten(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "{Count} Events were left out, as more came than the API server takes.")]
        public static partial void Lost(ILogger logger, long count);
    }
}
