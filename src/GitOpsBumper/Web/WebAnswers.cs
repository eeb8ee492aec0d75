using System.Net;

namespace GitOpsBumper.Web;

/// <summary>What the web server answers with.</summary>
internal sealed record WebAnswers
{
    /// <summary>What is in the way of doing the job; empty when nothing is.</summary>
    public required Func<IReadOnlyList<string>> NotReady { get; init; }

    /// <summary>Renders the status document, as JSON in UTF-8.</summary>
    public required Func<byte[]> Status { get; init; }

    /// <summary>Renders the metrics, in the text format of Prometheus, in UTF-8.</summary>
    public required Func<byte[]> Metrics { get; init; }

    /// <summary>For the age of what was rendered, and for readers who are slow.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <param name="Address">Null: all of the machine.</param>
/// <param name="HealthPort">Zero: none.</param>
/// <param name="MetricsPort">Zero: none; may be the other one.</param>
internal sealed record WebPorts(IPAddress? Address, int HealthPort, int MetricsPort)
{
    public bool AreNone => HealthPort == 0 && MetricsPort == 0;

    /// <summary>Each once.</summary>
    public IEnumerable<int> All => new[] { HealthPort, MetricsPort }.Where(port => port > 0).Distinct();
}
