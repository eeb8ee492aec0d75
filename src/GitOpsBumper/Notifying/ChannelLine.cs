using System.Globalization;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Metrics;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Notifying;

/// <summary>
/// Tells one place what waits for it, in the background. A place that cannot be reached is told of once in the log; what it missed is folded into the first message that it takes again.
/// </summary>
internal sealed partial class ChannelLine
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    private readonly WaitingNotifications _waiting = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ChannelPlace _place;
    private readonly NotificationMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private DateTimeOffset? _downSince;
    private TimeSpan _pause;
    private int _lost;

    public ChannelLine(ChannelPlace place, NotificationMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_place, _metrics, _time, _logger) = (place, metrics, time, logger);
        metrics.Begin(place.Channel.Name);
    }

    public int Waiting => _waiting.Count;

    public void Add(WaitingBatch batch)
    {
        _waiting.Add(batch);
        _news.Writer.TryWrite(true);
    }

    /// <summary>What nobody will send any more from here.</summary>
    public WaitingBatch? TakeLeft() => _waiting.Take();

    /// <param name="end">Nothing new comes; what waits is tried once, unless the place was out of reach already.</param>
    /// <param name="abort">Also ends a message under way.</param>
    public async Task RunAsync(CancellationToken end, CancellationToken abort)
    {
        while (!abort.IsCancellationRequested)
        {
            if (_waiting.Take() is { } batch)
            {
                await SendAsync(batch, abort);
                if (_pause > TimeSpan.Zero && !await RestAsync(end))
                    return;
            }
            else if (end.IsCancellationRequested)
            {
                return;
            }
            else
            {
                await NewsAsync(end);
            }
        }
    }

    private async Task SendAsync(WaitingBatch batch, CancellationToken abort)
    {
        var message = NotificationDigest.Fold(batch.Kept, batch.More, Note(), _place.Channel.Format, new MessageStamp(Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture), _time.GetUtcNow()));
        try
        {
            await _place.Notifier.SendAsync(message, _place.Recipient, abort);
            Succeeded();
        }
        catch (NotifierException failure)
        {
            _metrics.Failed(_place.Channel.Name);
            Failed(failure.Message);
            if (failure.IsTransient)
            {
                _waiting.PutBack(batch);
                var longer = _pause == TimeSpan.Zero ? FirstPause : _pause * 2;
                var wish = failure.RetryAfter is { } after && after < LongestWish ? after : failure.RetryAfter is null ? TimeSpan.Zero : LongestWish;
                _pause = wish > longer ? wish : longer > LongestPause ? LongestPause : longer;
                return;
            }

            // It would be refused again. The next message may not be.
            _lost += batch.Count;
            _pause = TimeSpan.Zero;
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            _waiting.PutBack(batch);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            // A bug that loses one message must not lose all that come after it. The exception may hold the URL.
            _lost += batch.Count;
            _metrics.Failed(_place.Channel.Name);
            Log.Unexpected(_logger, _place.Channel.Name, _place.Notifier.Place, failure.GetType().Name);
        }
    }

    private string? Note()
    {
        if (_downSince is not { } since)
            return null;
        var lost = _lost > 0 ? $" {_lost} earlier notifications were refused and are lost." : "";
        return string.Create(CultureInfo.InvariantCulture, $"This channel could not be reached since {since.UtcDateTime:yyyy-MM-dd HH:mm}Z.{lost}");
    }

    private void Succeeded()
    {
        _metrics.Sent(_place.Channel.Name);
        if (_downSince is not null)
            Log.Again(_logger, _place.Channel.Name, _place.Notifier.Place, _lost);
        (_downSince, _pause, _lost) = (null, TimeSpan.Zero, 0);
    }

    private void Failed(string reason)
    {
        if (_downSince is not null)
            return;
        _downSince = _time.GetUtcNow();
        Log.Down(_logger, _place.Channel.Name, reason);
    }

    /// <returns>Whether to go on.</returns>
    private async Task<bool> RestAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(_pause, _time, end);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task NewsAsync(CancellationToken end)
    {
        try
        {
            await _news.Reader.ReadAsync(end);
        }
        catch (OperationCanceledException)
        {
            // Whoever ended it may have added something before.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Channel {Channel}: notifications do not arrive: {Reason}; it is tried again, and not told again until they do")]
        public static partial void Down(ILogger logger, string channel, string reason);

        [LoggerMessage(LogLevel.Information, "Channel {Channel}: notifications arrive again at {Place}; {Lost} were lost.")]
        public static partial void Again(ILogger logger, string channel, string place, int lost);

        [LoggerMessage(LogLevel.Error, "Channel {Channel}: an internal error lost a message to {Place}: {Kind}")]
        public static partial void Unexpected(ILogger logger, string channel, string place, string kind);
    }
}
