using System.Diagnostics.Metrics;

namespace GitOpsBumper.Metrics;

/// <summary>What is asked from outside, and how fast it is done.</summary>
internal sealed class TriggerMetrics
{
    private readonly Histogram<double> _pushToCommit;

    public TriggerMetrics(Meter meter) => _pushToCommit = meter.CreateHistogram(
        "gitopsbumper_push_to_commit_seconds",
        description: "From a webhook or a trigger to the commit on the server, or to the change of the Application.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60] });

    public void Committed(TimeSpan took) => _pushToCommit.Record(took.TotalSeconds);
}
