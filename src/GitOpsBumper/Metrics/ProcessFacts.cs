using System.Diagnostics.Metrics;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Metrics;

/// <summary>How the process is at the moment, asked whenever somebody looks.</summary>
internal sealed record ProcessFacts
{
    public required string Version { get; init; }

    /// <summary>Whether this replica is the one that works.</summary>
    public required Func<bool> IsLeader { get; init; }

    /// <summary>How many mistakes of the configuration there are.</summary>
    public required Func<int> ConfigurationProblems { get; init; }

    /// <summary>Changes that were heard of and that no cycle has begun to look at.</summary>
    public required Func<Backlog> Waiting { get; init; }

    /// <summary>What was decided last for each Application.</summary>
    public required Func<IReadOnlyList<ApplicationReport>> Applications { get; init; }

    /// <summary>Makes the gauges that show all this.</summary>
    public void ShowIn(Meter meter)
    {
        meter.CreateObservableGauge("argocd_image_updater_applications_watched_total", () => Applications().Count, description: "Applications that ask for updates.");
        meter.CreateObservableGauge("argocd_image_updater_images_watched_total", ImagesByApplication, description: "Images that are kept up to date, by application.");
        meter.CreateObservableGauge("gitopsbumper_images", ImagesByDecision, description: "Images by what was last decided about them.");
        meter.CreateObservableGauge("gitopsbumper_leader", () => IsLeader() ? 1 : 0, description: "1 when this replica is the one that works, else 0.");
        meter.CreateObservableGauge("gitopsbumper_configuration_problems", ConfigurationProblems, description: "Mistakes in the configuration, because of which an older one is in use, and objects that cannot be read.");
        meter.CreateObservableGauge("gitopsbumper_queue_length", () => Waiting().Length, description: "Objects that have changed and that no cycle has looked at yet.");
        meter.CreateObservableGauge("gitopsbumper_queue_age_seconds", () => Waiting().OldestWait.TotalSeconds, description: "How long the oldest of these changes has waited; 0 when there is none.");
        meter.CreateObservableGauge(
            "gitopsbumper_build_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version)), description: "Always 1; its label says which version runs.");
    }

    private IEnumerable<Measurement<int>> ImagesByApplication() =>
        Applications().Select(application => new Measurement<int>(application.Images.Count, new KeyValuePair<string, object?>("application", application.Name.ToString())));

    private IEnumerable<Measurement<int>> ImagesByDecision()
    {
        var counts = Applications().SelectMany(application => application.Images).CountBy(image => image.Decision).ToDictionary();
        return Enum.GetValues<DecisionKind>().Where(decision => decision != DecisionKind.WouldUpdate)
            .Select(decision => new Measurement<int>(counts.GetValueOrDefault(decision), new KeyValuePair<string, object?>("decision", DecisionWords.Word(decision))));
    }
}
