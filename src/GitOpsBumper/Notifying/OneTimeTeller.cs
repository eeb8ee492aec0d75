using System.Globalization;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Notifying;

/// <summary>Tells channels once, for commands that do not stay.</summary>
/// <param name="time">For stamps.</param>
internal sealed class OneTimeTeller(TimeProvider time)
{
    /// <summary>For all channels together.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Everything at once; what is not through in time has failed.</summary>
    /// <param name="channels">Each gets what it wants of it.</param>
    /// <param name="notifications">May be empty: then nobody is told anything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<TellingResult>> TellAsync(IReadOnlyList<NotificationChannel> channels, IReadOnlyList<Notification> notifications, CancellationToken cancellationToken)
    {
        var messages = channels.Select(channel => (Channel: channel, Wanted: notifications.Where(channel.Rule.Wants).ToList())).Where(pair => pair.Wanted.Count > 0)
            .Select(pair => (pair.Channel, Message: NotificationDigest.Fold(pair.Wanted, 0, null, pair.Channel.Format, Stamp())));
        return await SendAsync(messages.SelectMany(pair => pair.Channel.Places.Select(place => (place, pair.Message))), cancellationToken);
    }

    /// <summary>A sample, whatever the channels want to hear of.</summary>
    public Task<IReadOnlyList<TellingResult>> TestAsync(IReadOnlyList<NotificationChannel> channels, CancellationToken cancellationToken) =>
        SendAsync(channels.SelectMany(channel => channel.Places.Select(place => (place, Sample(channel)))), cancellationToken);

    private NotificationMessage Sample(NotificationChannel channel)
    {
        var sample = NotificationTemplate.Sample.Select(notification => notification with { Time = time.GetUtcNow() }).ToList();
        return NotificationDigest.Fold(sample, 0, "This is a test of the notifications of GitOpsBumper.", channel.Format, Stamp()) with { IsTest = true };
    }

    private async Task<IReadOnlyList<TellingResult>> SendAsync(IEnumerable<(ChannelPlace Place, NotificationMessage Message)> messages, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var results = await Task.WhenAll(messages.Select(pair => SendAsync(pair.Place, pair.Message, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return results;
    }

    private static async Task<TellingResult> SendAsync(ChannelPlace place, NotificationMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await place.Notifier.SendAsync(message, place.Recipient, cancellationToken);
            return new TellingResult(place, null);
        }
        catch (NotifierException failure)
        {
            return new TellingResult(place, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return new TellingResult(place, $"{place.Notifier.Place} did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private MessageStamp Stamp() => new(Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture), time.GetUtcNow());
}

/// <param name="Place">That was told.</param>
/// <param name="Failure">A sentence; null: it took the message.</param>
internal sealed record TellingResult(ChannelPlace Place, string? Failure);
