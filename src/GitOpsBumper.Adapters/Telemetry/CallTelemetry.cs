using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GitOpsBumper.Adapters.Telemetry;

/// <summary>
/// What calls to the outside report to: instruments of one meter and spans of one source, both owned by whoever made them.
/// Costs next to nothing when nobody listens.
/// </summary>
public sealed class CallTelemetry(Meter meter, ActivitySource spans, TimeProvider time)
{
    public RegistryTelemetry Registries { get; } = new(meter, spans, time);

    public GitTelemetry Git { get; } = new(meter, spans, time);

    public KubernetesTelemetry Kubernetes { get; } = new(meter);
}
