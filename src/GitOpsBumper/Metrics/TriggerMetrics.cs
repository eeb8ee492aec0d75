using System.Diagnostics.Metrics;

namespace GitOpsBumper.Metrics;

/// <summary>What is asked from outside, and how fast it is done.</summary>
internal sealed class TriggerMetrics
{
    private readonly Histogram<double> _pushToCommit;
    private readonly Counter<long> _hooks;
    private readonly Counter<long> _triggers;

    public TriggerMetrics(Meter meter)
    {
        _pushToCommit = meter.CreateHistogram(
            "gitopsbumper_push_to_commit_seconds",
            description: "From a webhook or a trigger to the commit on the server, or to the change of the Application.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60] });
        _hooks = meter.CreateCounter<long>("gitopsbumper_webhooks_total", description: "Webhooks, by kind of sender and what became of them.");
        _triggers = meter.CreateCounter<long>("gitopsbumper_triggers_total", description: "Requests for an update by the API, by what became of them.");
    }

    public void Committed(TimeSpan took) => _pushToCommit.Record(took.TotalSeconds);

    /// <param name="sender">Of those that are known.</param>
    /// <param name="outcome">A word of the documentation.</param>
    public void Hooked(string sender, string outcome) => _hooks.Add(1, new("sender", sender), new("outcome", outcome));

    /// <param name="outcome">A word of the documentation.</param>
    public void Triggered(string outcome) => _triggers.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
