using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GitOpsBumper.Adapters.Telemetry;

/// <summary>Git processes that take time worth knowing about: those that talk to a server, and the one that makes commits.</summary>
public sealed class GitTelemetry
{
    private readonly ActivitySource _spans;
    private readonly TimeProvider _time;
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _seconds;

    internal GitTelemetry(Meter meter, ActivitySource spans, TimeProvider time)
    {
        _spans = spans;
        _time = time;
        _operations = meter.CreateCounter<long>("gitopsbumper_git_operations_total", description: "Git operations, each attempt counted, by operation and outcome.");
        _seconds = meter.CreateHistogram(
            "gitopsbumper_git_operation_seconds",
            description: "How long git operations took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] });
    }

    /// <param name="operation">One of a few words: <c>fetch</c>.</param>
    /// <param name="repository">The URL, without user information.</param>
    public MeasuredCall Begin(string operation, string repository)
    {
        var span = _spans.StartActivity($"git {operation}", ActivityKind.Client);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("gitopsbumper.git.operation", operation);
            span.SetTag("url.full", repository);
        }

        return new MeasuredCall(_time, span, (outcome, duration) =>
        {
            _operations.Add(1, new("operation", operation), new("outcome", outcome.Word()));
            _seconds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
        });
    }
}
