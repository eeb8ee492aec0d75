using System.Diagnostics.Metrics;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Metrics;
using GitOpsBumper.Tests.Controller.Reconciling;

namespace GitOpsBumper.Tests.Metrics;

/// <summary>From the report of a cycle to what Prometheus reads.</summary>
public sealed class CycleMetricsTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly SteppedTime _time = new();
    private readonly MetricsCollector _collector;
    private readonly CycleMetrics _metrics;

    public CycleMetricsTests()
    {
        _collector = new MetricsCollector(_meter);
        // A plausible time for a cycle.
        _time.Advance(TimeSpan.FromSeconds(1_800_000_000));
        _metrics = new CycleMetrics(_meter, _time);
    }

    [Fact]
    public void What_can_be_counted_is_there_before_it_is_counted()
    {
        Has("gitopsbumper_decisions_total{decision=\"failed\"} 0");
        Has("gitopsbumper_cycles_total{kind=\"full\",outcome=\"error\"} 0");
        Has("gitopsbumper_cycles_total{kind=\"partial\",outcome=\"ok\"} 0");
        Has("# TYPE argocd_image_updater_images_updated_total counter");
        Has("# TYPE argocd_image_updater_images_errors_total counter");
    }

    [Fact]
    public void The_api_of_Argo_CD_is_never_called_and_that_is_said()
    {
        _metrics.Ended(CycleKind.Full, Report(Application("web", Image(DecisionKind.Updated))));
        Has("# TYPE argocd_image_updater_argocd_api_requests_total counter");
        Has("# TYPE argocd_image_updater_argocd_api_errors_total counter");
        Assert.DoesNotContain(_collector.Render().Split('\n'), line => line.StartsWith("argocd_image_updater_argocd_api", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_image_is_counted_in_each_cycle_by_what_was_decided()
    {
        var report = Report(
            Application("web", Image(DecisionKind.Updated), Image(DecisionKind.Failed)), Application("api", Image(DecisionKind.Pinned), Image(DecisionKind.Failed), Image(DecisionKind.UpToDate)));
        _metrics.Ended(CycleKind.Full, report);
        _metrics.Ended(CycleKind.Partial, report);
        Has("gitopsbumper_decisions_total{decision=\"updated\"} 2");
        Has("gitopsbumper_decisions_total{decision=\"failed\"} 4");
        Has("gitopsbumper_decisions_total{decision=\"pinned\"} 2");
        Has("gitopsbumper_decisions_total{decision=\"up-to-date\"} 2");
        Has("gitopsbumper_decisions_total{decision=\"skipped\"} 0");
    }

    [Fact]
    public void Updates_and_errors_are_counted_for_their_application_under_the_known_names()
    {
        _metrics.Ended(CycleKind.Full, Report(Application("web", Image(DecisionKind.Updated), Image(DecisionKind.Updated)), Application("api", Image(DecisionKind.Failed))));
        Has("argocd_image_updater_images_updated_total{application=\"argocd/web\"} 2");
        Has("argocd_image_updater_images_updated_total{application=\"argocd/api\"} 0");
        Has("argocd_image_updater_images_errors_total{application=\"argocd/web\"} 0");
        Has("argocd_image_updater_images_errors_total{application=\"argocd/api\"} 1");
    }

    [Fact]
    public void An_application_that_fails_without_any_image_is_an_error_too()
    {
        _metrics.Ended(CycleKind.Full, Report(Application("web") with { Failure = "no such branch" }));
        Has("argocd_image_updater_images_errors_total{application=\"argocd/web\"} 1");
        Has("gitopsbumper_cycles_total{kind=\"full\",outcome=\"some_failed\"} 1");
    }

    [Fact]
    public void Cycles_are_counted_and_measured_by_kind_and_outcome()
    {
        _metrics.Ended(CycleKind.Full, Report(Application("web", Image(DecisionKind.UpToDate))));
        _metrics.Ended(CycleKind.Partial, Report(Application("web", Image(DecisionKind.Failed))));
        _metrics.Failed(CycleKind.Partial, TimeSpan.FromSeconds(100));
        Has("gitopsbumper_cycles_total{kind=\"full\",outcome=\"ok\"} 1");
        Has("gitopsbumper_cycles_total{kind=\"partial\",outcome=\"some_failed\"} 1");
        Has("gitopsbumper_cycles_total{kind=\"partial\",outcome=\"error\"} 1");
        Has("gitopsbumper_cycle_seconds_sum{kind=\"full\"} 3");
        Has("gitopsbumper_cycle_seconds_sum{kind=\"partial\"} 103");
        Has("gitopsbumper_cycle_seconds_bucket{kind=\"partial\",le=\"5\"} 1");
        Has("gitopsbumper_cycle_seconds_bucket{kind=\"partial\",le=\"120\"} 2");
    }

    [Fact]
    public void Only_a_full_cycle_that_came_to_its_end_is_the_last_one()
    {
        _metrics.Ended(CycleKind.Partial, Report());
        _metrics.Failed(CycleKind.Full, TimeSpan.Zero);
        Assert.DoesNotContain("\ngitopsbumper_last_cycle_timestamp_seconds", _collector.Render(), StringComparison.Ordinal);
        _metrics.Ended(CycleKind.Full, Report());
        _time.Advance(TimeSpan.FromSeconds(50));
        _metrics.Failed(CycleKind.Full, TimeSpan.Zero);
        Has("gitopsbumper_last_cycle_timestamp_seconds 1800000000");
    }

    [Fact]
    public void The_age_of_an_image_is_measured_when_it_is_written_and_where_it_is_known()
    {
        var now = _time.GetUtcNow();
        _metrics.Ended(CycleKind.Full, Report(Application(
            "web",
            Image(DecisionKind.Updated) with { Built = now.AddSeconds(-90) },
            // The clock of whoever built it is ahead of ours.
            Image(DecisionKind.Updated) with { Built = now.AddSeconds(5) },
            // Reproducible builds say 1970.
            Image(DecisionKind.Updated) with { Built = DateTimeOffset.UnixEpoch },
            Image(DecisionKind.Updated),
            Image(DecisionKind.Failed) with { Built = now.AddSeconds(-90) })));
        Has("gitopsbumper_image_to_commit_seconds_count 2");
        Has("gitopsbumper_image_to_commit_seconds_sum 90");
        Has("gitopsbumper_image_to_commit_seconds_bucket{le=\"60\"} 1");
        Has("gitopsbumper_image_to_commit_seconds_bucket{le=\"120\"} 2");
    }

    [Fact]
    public void Gauges_show_how_the_process_is_now()
    {
        var leads = false;
        var applications = new List<ApplicationReport> { Application("web", Image(DecisionKind.UpToDate), Image(DecisionKind.Failed)), Application("api", Image(DecisionKind.Failed)) };
        new ProcessFacts
        {
            Version = "1.2.3",
            IsLeader = () => leads,
            ConfigurationProblems = () => 2,
            Waiting = () => new Backlog(7, TimeSpan.FromSeconds(1.5)),
            Applications = () => applications,
        }.ShowIn(_meter);
        Has("argocd_image_updater_applications_watched_total 2");
        Has("argocd_image_updater_images_watched_total{application=\"argocd/web\"} 2");
        Has("gitopsbumper_images{decision=\"failed\"} 2");
        Has("gitopsbumper_images{decision=\"pinned\"} 0");
        Has("gitopsbumper_leader 0");
        Has("gitopsbumper_configuration_problems 2");
        Has("gitopsbumper_queue_length 7");
        Has("gitopsbumper_queue_age_seconds 1.5");
        Has("gitopsbumper_build_info{version=\"1.2.3\"} 1");

        leads = true;
        applications.RemoveAt(0);
        Has("gitopsbumper_leader 1");
        Assert.DoesNotContain("argocd/web", _collector.Render(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    private void Has(string line) => Assert.Contains(line, _collector.Render().Split('\n'));

    private static CycleReport Report(params ApplicationReport[] applications) =>
        new() { Applications = applications, Requests = new RequestCounts(0, 0, 0, 0), Duration = TimeSpan.FromSeconds(3) };

    private static ApplicationReport Application(string name, params ImageReport[] images) => new()
    {
        Name = new NamespacedName("argocd", name),
        Repository = null,
        Branch = null,
        Commit = null,
        Problems = (Problem[])[],
        Images = images,
        Changes = [],
        Failure = null,
    };

    private static ImageReport Image(DecisionKind decision) => new()
    {
        Alias = null,
        Image = "team/web",
        Strategy = "semver",
        Constraint = "",
        Current = null,
        Candidate = null,
        Digest = null,
        Decision = decision,
        Reason = "so",
    };
}
