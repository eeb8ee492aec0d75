using System.Globalization;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Metrics;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Notifying;

/// <summary>
/// Tells one place what waits for it, in the background. A message that did not arrive is sent again as it is, with the same identifier, for it may have arrived after all; what came
/// meanwhile is folded into the next one. A place that cannot be reached is told of once in the log.
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
    private volatile UnsentMessage? _unsent;
    private DateTimeOffset? _downSince;
    private DateTimeOffset? _missedSince;
    private TimeSpan _pause;
    private int _lost;
    private bool _isLossTold;

    public ChannelLine(ChannelPlace place, NotificationMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_place, _metrics, _time, _logger) = (place, metrics, time, logger);
        metrics.Begin(place.Channel.Name);
    }

    public ChannelPlace Place => _place;

    public int Waiting => _waiting.Count + (_unsent?.Count ?? 0);

    public void Add(WaitingBatch batch)
    {
        _waiting.Add(batch);
        _news.Writer.TryWrite(true);
    }

    /// <summary>Goes on where another line to the same place ended. It is tried at once, whatever that one waited for.</summary>
    public void Continue(UnfinishedLine left)
    {
        (_unsent, _missedSince, _lost) = (left.Unsent, left.MissedSince, left.Lost);
        if (left.Waiting is { } batch)
            _waiting.Add(batch);
        _news.Writer.TryWrite(true);
    }

    /// <summary>What nobody will send any more from here.</summary>
    public UnfinishedLine TakeLeft()
    {
        var left = new UnfinishedLine(_unsent, _waiting.Take(), _missedSince, _lost);
        _unsent = null;
        return left;
    }

    /// <param name="end">Nothing new comes; what waits is tried once, unless the place was out of reach already.</param>
    /// <param name="abort">Also ends a message under way.</param>
    public async Task RunAsync(CancellationToken end, CancellationToken abort)
    {
        while (!abort.IsCancellationRequested)
        {
            if (_unsent is null && _waiting.Take() is { } batch)
                _unsent = Fold(batch);
            if (_unsent is { } message)
            {
                await SendAsync(message, abort);
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

    private UnsentMessage Fold(WaitingBatch batch)
    {
        var stamp = new MessageStamp(Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture), _time.GetUtcNow());
        return new UnsentMessage(NotificationDigest.Fold(batch.Kept, batch.More, Note(), _place.Channel.Format, stamp), batch.Count, _missedSince is not null);
    }

    private async Task SendAsync(UnsentMessage unsent, CancellationToken abort)
    {
        try
        {
            await _place.Notifier.SendAsync(unsent.Message, _place.Recipient, abort);
            _unsent = null;
            Succeeded(unsent);
        }
        catch (NotifierException failure)
        {
            _metrics.Failed(_place.Channel.Name);
            Failed(failure, unsent.Count);
            if (failure.IsTransient)
            {
                var longer = _pause == TimeSpan.Zero ? FirstPause : _pause * 2;
                var wish = failure.RetryAfter is { } after && after < LongestWish ? after : failure.RetryAfter is null ? TimeSpan.Zero : LongestWish;
                _pause = wish > longer ? wish : longer > LongestPause ? LongestPause : longer;
                return;
            }

            // It would be refused again. The next message may not be.
            Lose(unsent);
            _pause = TimeSpan.Zero;
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Whether it has arrived is open: it stays, with its identifier.
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            // A bug that loses one message must not lose all that come after it. The exception may hold the URL.
            Lose(unsent);
            _metrics.Failed(_place.Channel.Name);
            Log.Unexpected(_logger, _place.Channel.Name, _place.Notifier.Place, failure.GetType().Name);
        }
    }

    private void Lose(UnsentMessage unsent)
    {
        _unsent = null;
        _lost += unsent.Count;
        _missedSince ??= _time.GetUtcNow();
    }

    private string? Note()
    {
        if (_missedSince is not { } since)
            return null;
        var lost = _lost switch
        {
            0 => "",
            1 => " 1 earlier notification is lost.",
            _ => string.Create(CultureInfo.InvariantCulture, $" {_lost} earlier notifications are lost."),
        };
        return string.Create(CultureInfo.InvariantCulture, $"Messages did not arrive here from {since.UtcDateTime:yyyy-MM-dd HH:mm}Z on.{lost}");
    }

    private void Succeeded(UnsentMessage sent)
    {
        _metrics.Sent(_place.Channel.Name);
        if (_downSince is not null)
            Log.Again(_logger, _place.Channel.Name, _place.Notifier.Place, _lost);
        (_downSince, _pause, _isLossTold) = (null, TimeSpan.Zero, false);
        // A message that was sent again as it was says nothing of it; when something else was missed, the next one does.
        if (sent.TellsWhatWasMissed || (_lost == 0 && _waiting.Count == 0))
            (_missedSince, _lost) = (null, 0);
    }

    /// <summary>Once for as long as nothing arrives; and once that something is lost, however it began.</summary>
    private void Failed(NotifierException failure, int count)
    {
        if (failure.IsTransient && _downSince is null)
            Log.Down(_logger, _place.Channel.Name, failure.Message);
        else if (!failure.IsTransient && !_isLossTold)
            Log.Refused(_logger, _place.Channel.Name, failure.Message, count);
        _isLossTold |= !failure.IsTransient;
        _downSince ??= _time.GetUtcNow();
        _missedSince ??= _downSince;
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

        [LoggerMessage(LogLevel.Warning, "Channel {Channel}: notifications do not arrive: {Reason}; what was refused is not sent again ({Count} lost), and this is not told again until others arrive")]
        public static partial void Refused(ILogger logger, string channel, string reason, int count);

        [LoggerMessage(LogLevel.Information, "Channel {Channel}: notifications arrive again at {Place}; {Lost} were lost.")]
        public static partial void Again(ILogger logger, string channel, string place, int lost);

        [LoggerMessage(LogLevel.Error, "Channel {Channel}: an internal error lost a message to {Place}: {Kind}")]
        public static partial void Unexpected(ILogger logger, string channel, string place, string kind);
    }
}

/// <summary>A message that has not arrived, as far as is known.</summary>
/// <param name="Message">Sent again as it is.</param>
/// <param name="Count">Of the notifications that it tells or counts.</param>
/// <param name="TellsWhatWasMissed">That messages did not arrive, and how many are lost.</param>
internal sealed record UnsentMessage(NotificationMessage Message, int Count, bool TellsWhatWasMissed);

/// <summary>What a line leaves behind.</summary>
/// <param name="Unsent">Null: there is none.</param>
/// <param name="Waiting">Null: nothing.</param>
/// <param name="MissedSince">When messages did not arrive any more, and the place does not know of it yet; null: they do.</param>
/// <param name="Lost">Notifications, of which the place does not know yet.</param>
internal sealed record UnfinishedLine(UnsentMessage? Unsent, WaitingBatch? Waiting, DateTimeOffset? MissedSince, int Lost);
