using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GitOpsBumper.Adapters.Telemetry;

/// <summary>Requests to registries. Token servers and blob stores count for the registry that they serve, so that redirects cannot invent labels.</summary>
public sealed class RegistryTelemetry
{
    /// <summary>More registries that name a limit are not shown.</summary>
    private const int MaxLimits = 200;

    private readonly ConcurrentDictionary<string, SaidLimit> _limits = new(StringComparer.OrdinalIgnoreCase);
    private readonly ActivitySource _spans;
    private readonly TimeProvider _time;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _seconds;
    private readonly Counter<long> _upstreamRequests;
    private readonly Counter<long> _upstreamFailures;

    internal RegistryTelemetry(Meter meter, ActivitySource spans, TimeProvider time)
    {
        _spans = spans;
        _time = time;
        _requests = meter.CreateCounter<long>("gitopsbumper_registry_requests_total", description: "Requests to registries, each attempt counted, by registry and outcome.");
        _seconds = meter.CreateHistogram(
            "gitopsbumper_registry_request_seconds",
            description: "How long requests to registries took, from sending to the last byte of the answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        meter.CreateObservableGauge(
            "gitopsbumper_registry_ratelimit_limit",
            () => _limits.Where(pair => pair.Value.Limit is not null).Select(pair => new Measurement<long>(pair.Value.Limit!.Value, new KeyValuePair<string, object?>("registry", pair.Key))),
            description: "How much a registry allows in the window of its limit, as it last said.");
        meter.CreateObservableGauge(
            "gitopsbumper_registry_ratelimit_remaining",
            () => _limits.Select(pair => new Measurement<long>(pair.Value.Remaining, new KeyValuePair<string, object?>("registry", pair.Key))),
            description: "How much of its limit a registry said was left, when it was last asked.");
        _upstreamRequests = meter.CreateCounter<long>("argocd_image_updater_registry_requests_total", description: "The total number of requests to this endpoint.");
        _upstreamFailures = meter.CreateCounter<long>("argocd_image_updater_registry_requests_failed_total", description: "The number of requests to this endpoint that had no answer.");
    }

    /// <summary>For the requests of one registry.</summary>
    public RegistryProbe For(Uri apiUrl) => new(this, apiUrl);

    internal MeasuredCall Begin(RegistryProbe registry, string method, Uri url, string kind)
    {
        var span = _spans.StartActivity($"registry {kind}", ActivityKind.Client);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("http.request.method", method);
            span.SetTag("server.address", url.IdnHost);
            span.SetTag("server.port", url.Port);
            // Without the query, where tokens and signatures stand.
            span.SetTag("url.path", url.AbsolutePath);
        }

        return new MeasuredCall(_time, span, (outcome, duration) => Report(registry, kind, outcome, duration));
    }

    internal void Saw(RegistryProbe registry, long? limit, long remaining)
    {
        if (_limits.Count < MaxLimits || _limits.ContainsKey(registry.Name))
            _limits[registry.Name] = new SaidLimit(limit, remaining);
    }

    private void Report(RegistryProbe registry, string kind, CallOutcome outcome, TimeSpan duration)
    {
        _requests.Add(1, new("registry", registry.Name), new("outcome", outcome.Word()));
        _seconds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("registry", registry.Name));
        // Argo CD Image Updater names registries by their URL, counts no requests for tokens, and as failed what had no answer.
        if (kind == "token")
            return;
        _upstreamRequests.Add(1, new KeyValuePair<string, object?>("registry", registry.Url));
        if (outcome is CallOutcome.Unreachable or CallOutcome.Timeout)
            _upstreamFailures.Add(1, new KeyValuePair<string, object?>("registry", registry.Url));
    }

    private sealed record SaidLimit(long? Limit, long Remaining);
}

/// <summary>Measures the requests of one registry.</summary>
public sealed class RegistryProbe
{
    private readonly RegistryTelemetry _telemetry;

    internal RegistryProbe(RegistryTelemetry telemetry, Uri apiUrl)
    {
        _telemetry = telemetry;
        Name = apiUrl.Authority;
        Url = apiUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
    }

    /// <summary>Host, and port where it is not that of the scheme.</summary>
    internal string Name { get; }

    /// <summary>Without user information, query and trailing slash.</summary>
    internal string Url { get; }

    /// <param name="method">Of the request.</param>
    /// <param name="url">What is asked for, on whatever host.</param>
    /// <param name="kind">One of a few words: <c>tags</c>, <c>token</c>.</param>
    public MeasuredCall Begin(string method, Uri url, string kind) => _telemetry.Begin(this, method, url, kind);

    /// <summary>An answer told how much is allowed and left. What token servers and blob stores allow is theirs, and is not shown.</summary>
    public void Saw(Uri url, long? limit, long remaining)
    {
        if (url.Authority.Equals(Name, StringComparison.OrdinalIgnoreCase))
            _telemetry.Saw(this, limit, remaining);
    }
}
