using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications;

/// <summary>A service that tells people, or another program, what happened.</summary>
public interface INotifier
{
    /// <summary>Service and host, for sentences: <c>gotify at push.example.com</c>. No secret is in it.</summary>
    string Place { get; }

    /// <summary>Chats, rooms or mailboxes, at least one. Each gets the message by itself, so that those that have it do not get it again when another one fails.</summary>
    int Recipients { get; }

    /// <param name="message">As plain text; it is escaped and cut here.</param>
    /// <param name="recipient">From 0 on.</param>
    /// <param name="cancellationToken">Ends it, and leaves open whether it has arrived.</param>
    /// <exception cref="NotifierException">It has not arrived.</exception>
    Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken);
}
