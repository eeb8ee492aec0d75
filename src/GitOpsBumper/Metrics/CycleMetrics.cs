using System.Diagnostics.Metrics;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Metrics;

/// <summary>What cycles decided and how they went. Counts are of cycles: a state that lasts is counted in each.</summary>
internal sealed class CycleMetrics
{
    private const string Ok = "ok";
    private const string SomeFailed = "some_failed";
    private const string Error = "error";

    /// <summary>Images that say they were built earlier were built reproducibly, and say nothing about when.</summary>
    private static readonly DateTimeOffset Plausible = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimeProvider _time;
    private readonly Counter<long> _updated;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _cycles;
    private readonly Histogram<double> _seconds;
    private readonly Histogram<double> _imageToCommit;
    private long _lastFull;

    public CycleMetrics(Meter meter, TimeProvider time)
    {
        _time = time;
        _updated = meter.CreateCounter<long>("argocd_image_updater_images_updated_total", description: "Images updated by GitOpsBumper, by application.");
        _errors = meter.CreateCounter<long>(
            "argocd_image_updater_images_errors_total", description: "Images that could not be decided or written, by application; counted in every cycle as long as it lasts.");
        // We never call Argo CD: these have no series, but dashboards that know them find them.
        meter.CreateCounter<long>("argocd_image_updater_argocd_api_requests_total", description: "Requests to the API of Argo CD, which GitOpsBumper does not use: always without series.");
        meter.CreateCounter<long>("argocd_image_updater_argocd_api_errors_total", description: "Failed requests to the API of Argo CD, which GitOpsBumper does not use: always without series.");
        _decisions = meter.CreateCounter<long>("gitopsbumper_decisions_total", description: "Decisions about images, one for each image in each cycle.");
        _cycles = meter.CreateCounter<long>("gitopsbumper_cycles_total", description: "Cycles that have ended, by kind and outcome.");
        _seconds = meter.CreateHistogram(
            "gitopsbumper_cycle_seconds",
            description: "How long cycles took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] });
        _imageToCommit = meter.CreateHistogram(
            "gitopsbumper_image_to_commit_seconds",
            description: "From the build date that an image carries to the end of the cycle that wrote it, where the strategy looked at the date.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400, 604800] });
        meter.CreateObservableGauge("gitopsbumper_last_cycle_timestamp_seconds", LastFull, description: "When the last cycle over all Applications ended that came to an end, in seconds since 1970.");
        Begin();
    }

    /// <summary>A cycle has come to its end, be it with failures.</summary>
    public void Ended(CycleKind kind, CycleReport report)
    {
        foreach (var application in report.Applications)
        {
            var name = application.Name.ToString();
            var failed = application.Images.Count(image => image.Decision == DecisionKind.Failed);
            // Also without anything to count, so that the series is there before the first update.
            _updated.Add(application.Images.Count(image => image.Decision == DecisionKind.Updated), new KeyValuePair<string, object?>("application", name));
            _errors.Add(failed == 0 && application.AnyFailed ? 1 : failed, new KeyValuePair<string, object?>("application", name));
            foreach (var image in application.Images)
                Count(image);
        }

        if (kind == CycleKind.Full)
            Interlocked.Exchange(ref _lastFull, _time.GetUtcNow().ToUnixTimeMilliseconds());
        Count(kind, report.AnyFailed ? SomeFailed : Ok, report.Duration);
    }

    /// <summary>A cycle came to nothing as a whole.</summary>
    public void Failed(CycleKind kind, TimeSpan duration) => Count(kind, Error, duration);

    /// <summary>Rates can be computed from the first event on only of series that were there before it.</summary>
    private void Begin()
    {
        foreach (var decision in Enum.GetValues<DecisionKind>().Where(decision => decision != DecisionKind.WouldUpdate))
            _decisions.Add(0, new KeyValuePair<string, object?>("decision", DecisionWords.Word(decision)));
        foreach (var kind in Enum.GetValues<CycleKind>())
        {
            foreach (var outcome in (string[])[Ok, SomeFailed, Error])
                _cycles.Add(0, new("kind", Word(kind)), new("outcome", outcome));
        }
    }

    private void Count(ImageReport image)
    {
        _decisions.Add(1, new KeyValuePair<string, object?>("decision", DecisionWords.Word(image.Decision)));
        if (image is { Decision: DecisionKind.Updated, Built: { } built } && built >= Plausible)
            _imageToCommit.Record(Math.Max(0, (_time.GetUtcNow() - built).TotalSeconds));
    }

    private void Count(CycleKind kind, string outcome, TimeSpan duration)
    {
        _cycles.Add(1, new("kind", Word(kind)), new("outcome", outcome));
        _seconds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("kind", Word(kind)));
    }

    private IEnumerable<Measurement<double>> LastFull() =>
        Interlocked.Read(ref _lastFull) is var last and > 0 ? [new Measurement<double>(last / 1000.0)] : [];

    private static string Word(CycleKind kind) => kind == CycleKind.Full ? "full" : "partial";
}
