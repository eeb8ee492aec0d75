using System.Diagnostics.Metrics;

namespace GitOpsBumper.Metrics;

/// <summary>What became of notifications, by channel. A message to several chats or mailboxes counts once for each.</summary>
internal sealed class NotificationMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;

    public NotificationMetrics(Meter meter)
    {
        _sent = meter.CreateCounter<long>("gitopsbumper_notifications_sent_total", description: "Messages that a service took, by channel.");
        _failed = meter.CreateCounter<long>("gitopsbumper_notifications_failed_total", description: "Messages that a service did not take, by channel; counted at each time that it is tried, all its attempts together.");
    }

    /// <summary>So that the series are there before the first message.</summary>
    public void Begin(string channel)
    {
        _sent.Add(0, new KeyValuePair<string, object?>("channel", channel));
        _failed.Add(0, new KeyValuePair<string, object?>("channel", channel));
    }

    public void Sent(string channel) => _sent.Add(1, new KeyValuePair<string, object?>("channel", channel));

    public void Failed(string channel) => _failed.Add(1, new KeyValuePair<string, object?>("channel", channel));
}
