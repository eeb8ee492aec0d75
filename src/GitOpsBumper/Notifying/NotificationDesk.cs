using System.Threading.Channels;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Metrics;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Notifying;

/// <summary>
/// Takes what cycles decide and tells the channels, beside the cycles: nobody waits for it. States that last and were there when the bot began to look are only noted: after
/// each restart and each change of the leader people would hear of them anew.
/// </summary>
internal sealed class NotificationDesk
{
    /// <summary>For what still waits at the end of the process.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    /// <summary>So often it is looked whether the settings of a channel that is down have changed.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, RunningLine> _lines = new(StringComparer.Ordinal);
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly GatheredNotifications _gathered;
    private readonly LiveChannels _channels;
    private readonly NotificationMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ChannelSet _known = ChannelSet.Empty;
    private volatile bool _hasLooked;

    /// <param name="channels">As they are now.</param>
    /// <param name="metrics">Of notifications.</param>
    /// <param name="time">For pauses and stamps.</param>
    /// <param name="logger">Hears of channels that are down.</param>
    public NotificationDesk(LiveChannels channels, NotificationMetrics metrics, TimeProvider time, ILogger<NotificationDesk> logger)
    {
        (_channels, _metrics, _time, _logger) = (channels, metrics, time, logger);
        _gathered = new GatheredNotifications(time);
    }

    /// <summary>Channels that cannot be used, each a sentence without secrets.</summary>
    public IReadOnlyList<string> Problems => _channels.Current.Problems;

    /// <summary>From now on this process works, and knows nothing of what was told before.</summary>
    public void BeginTerm() => _hasLooked = false;

    /// <summary>What is told until it is disposed of belongs into one message.</summary>
    /// <param name="isFull">After it everything has been looked at once: what is new then is news.</param>
    public IDisposable BeginCycle(bool isFull)
    {
        _gathered.BeginCycle();
        return new Cycle(this, isFull);
    }

    /// <param name="announcements">Of one application.</param>
    /// <param name="project">Its project; null: it is not known.</param>
    /// <param name="isFirst">Whether nothing was decided of it before in this term: what is so then may have been so for long.</param>
    public void Add(IEnumerable<Announcement> announcements, string? project, bool isFirst)
    {
        var now = _time.GetUtcNow();
        _gathered.Add([.. announcements.Select(announcement => AnnouncedNotification.Of(announcement, project, now, isBeginning: isFirst && !_hasLooked))]);
        _news.Writer.TryWrite(true);
    }

    /// <summary>Tells until the token ends it; what waits then has two seconds.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        while (!cancellationToken.IsCancellationRequested)
        {
            await LookAsync(abort.Token);
            if (_gathered.Due == TimeSpan.Zero)
                Distribute();
            await RestAsync(cancellationToken);
        }

        Distribute();
        abort.CancelAfter(LastWords);
        await Task.WhenAll(_lines.Values.Select(line => line.EndAsync()));
        foreach (var line in _lines.Values)
            line.Dispose();
        _lines.Clear();
    }

    private void Distribute()
    {
        var batch = _gathered.Take();
        if (batch.Count == 0)
            return;
        foreach (var channel in _known.Channels)
        {
            var wanted = new WaitingBatch([.. batch.Kept.Where(channel.Rule.Wants)], batch.More);
            if (wanted.Kept.Count == 0)
                continue;
            foreach (var place in channel.Places)
                _lines[place.Key].Line.Add(wanted);
        }
    }

    /// <summary>
    /// Opens lines to channels that are new, and closes those that are gone. A line whose channel is as it was goes on undisturbed; what one left unfinished whose channel changed
    /// goes on at the new one.
    /// </summary>
    private async Task LookAsync(CancellationToken abort)
    {
        var channels = _channels.Look();
        if (ReferenceEquals(channels, _known))
            return;
        _known = channels;
        var places = channels.Channels.SelectMany(channel => channel.Places).ToDictionary(place => place.Key, StringComparer.Ordinal);
        var left = new Dictionary<string, UnfinishedLine>(StringComparer.Ordinal);
        foreach (var (key, line) in _lines.Where(pair => !(places.TryGetValue(pair.Key, out var place) && place.IsAs(pair.Value.Line.Place))).ToList())
        {
            await line.AbortAsync();
            left[key] = line.Line.TakeLeft();
            line.Dispose();
            _lines.Remove(key);
        }

        foreach (var (key, place) in places.Where(pair => !_lines.ContainsKey(pair.Key)))
        {
            var line = new ChannelLine(place, _metrics, _time, _logger);
            if (left.GetValueOrDefault(key) is { } unfinished)
                line.Continue(unfinished);
            _lines[key] = new RunningLine(line, abort);
        }
    }

    private async Task RestAsync(CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = _gathered.Due is { } due ? due : _lines.Values.Any(line => line.Line.Waiting > 0) ? Refresh : Timeout.InfiniteTimeSpan;
        // Rounded up, so that it is due when the pause is over.
        var delay = pause == Timeout.InfiniteTimeSpan ? pause : TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
        await Task.WhenAny(_news.Reader.ReadAsync(rest.Token).AsTask(), Task.Delay(delay, _time, rest.Token));
        await rest.CancelAsync();
    }

    private void EndCycle(bool wasFull)
    {
        _hasLooked |= wasFull;
        _gathered.EndCycle();
        _news.Writer.TryWrite(true);
    }

    private sealed class Cycle(NotificationDesk desk, bool isFull) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                desk.EndCycle(isFull);
        }
    }

    /// <summary>A line, and what ends it.</summary>
    private sealed class RunningLine : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly CancellationTokenSource _abort;
        private readonly Task _running;

        public RunningLine(ChannelLine line, CancellationToken abort)
        {
            Line = line;
            _abort = CancellationTokenSource.CreateLinkedTokenSource(abort);
            _running = Task.Run(() => line.RunAsync(_end.Token, _abort.Token), CancellationToken.None);
        }

        public ChannelLine Line { get; }

        public async Task EndAsync()
        {
            await _end.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public async Task AbortAsync()
        {
            await _abort.CancelAsync();
            await EndAsync();
        }

        public void Dispose()
        {
            _end.Dispose();
            _abort.Dispose();
        }
    }
}
