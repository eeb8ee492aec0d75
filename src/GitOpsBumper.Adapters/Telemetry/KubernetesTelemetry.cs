using System.Diagnostics.Metrics;

namespace GitOpsBumper.Adapters.Telemetry;

/// <summary>Requests to the API server, each attempt and each watch counted. Under the names of Argo CD Image Updater, which are known from the start.</summary>
public sealed class KubernetesTelemetry
{
    private long _requests;
    private long _failures;

    internal KubernetesTelemetry(Meter meter)
    {
        meter.CreateObservableCounter(
            "argocd_image_updater_k8s_api_requests_total", () => Interlocked.Read(ref _requests), description: "The total number of requests to the Kubernetes API.");
        meter.CreateObservableCounter(
            "argocd_image_updater_k8s_api_errors_total", () => Interlocked.Read(ref _failures), description: "The number of requests to the Kubernetes API that were refused or had no answer.");
    }

    public void Requested() => Interlocked.Increment(ref _requests);

    public void Failed() => Interlocked.Increment(ref _failures);
}
