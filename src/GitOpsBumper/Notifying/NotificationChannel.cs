using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Notifying;

/// <summary>Where messages go, and which.</summary>
internal sealed record NotificationChannel
{
    /// <summary>The key of the secret without <c>notify.</c>, or <c>environment</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it was read from: as long as that is the same, the channel is. Null: from what does not change while the process lives.</summary>
    public SecretEntry? Entry { get; init; }

    public required ChannelRule Rule { get; init; }

    public required MessageFormat Format { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<INotifier> Notifiers { get; init; }

    /// <summary>One for each chat, room or mailbox of all services.</summary>
    public IEnumerable<ChannelPlace> Places => Notifiers.SelectMany((notifier, index) => Enumerable.Range(0, notifier.Recipients).Select(recipient => new ChannelPlace(this, index, recipient)));
}

/// <summary>One chat, room or mailbox of a channel: what it got does not depend on the others.</summary>
internal sealed record ChannelPlace(NotificationChannel Channel, int Service, int Recipient)
{
    public INotifier Notifier => Channel.Notifiers[Service];

    /// <summary>Stays the same when the settings of the channel change.</summary>
    public string Key => $"{Channel.Name}/{Service}/{Recipient}";

    /// <summary>Whether nothing has changed since the other one was read.</summary>
    public bool IsAs(ChannelPlace other) => Key == other.Key && Channel.Entry == other.Channel.Entry;
}

/// <param name="Channels">That can be used.</param>
/// <param name="Problems">A sentence for each that cannot; no secret is in it.</param>
internal sealed record ChannelSet(IReadOnlyList<NotificationChannel> Channels, IReadOnlyList<string> Problems)
{
    public static ChannelSet Empty { get; } = new([], []);
}
