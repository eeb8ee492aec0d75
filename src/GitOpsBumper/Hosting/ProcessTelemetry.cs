using System.Diagnostics;
using System.Diagnostics.Metrics;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Telemetry;
using GitOpsBumper.Metrics;
using GitOpsBumper.Tracing;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>What a process measures, and where that goes. One meter and one source of spans for each, so that two in one process, as in tests, do not mix.</summary>
internal sealed partial class ProcessTelemetry : IDisposable
{
    private const string Name = "GitOpsBumper";

    private readonly Meter _meter = new(Name, Version);
    private readonly MetricsCollector? _collector;
    private IDisposable? _traces;

    /// <param name="collects">Whether somebody may want to see metrics.</param>
    public ProcessTelemetry(bool collects)
    {
        // First, so that nothing is measured before it.
        _collector = collects ? new MetricsCollector(_meter) : null;
        Calls = new CallTelemetry(_meter, Spans, TimeProvider.System);
        Cycles = new CycleMetrics(_meter, TimeProvider.System);
        Triggers = new TriggerMetrics(_meter);
        Notifications = new NotificationMetrics(_meter);
    }

    public static string Version => ProductName.Header.Product?.Version ?? "";

    public ActivitySource Spans { get; } = new(Name, Version);

    /// <summary>Hears of calls to the outside.</summary>
    public CallTelemetry Calls { get; }

    /// <summary>Hears of cycles.</summary>
    public CycleMetrics Cycles { get; }

    /// <summary>Hears of what is asked from outside.</summary>
    public TriggerMetrics Triggers { get; }

    /// <summary>Hears of notifications.</summary>
    public NotificationMetrics Notifications { get; }

    public void Show(ProcessFacts facts) => facts.ShowIn(_meter);

    /// <summary>The body of <c>/metrics</c>; empty when nothing is collected.</summary>
    public string Render() => _collector?.Render() ?? "";

    /// <summary>Sends traces from now on, where the environment asks for it. That they cannot be sent is told, and no reason to stop.</summary>
    /// <param name="environment">Reads a variable; null when it is not set.</param>
    /// <param name="instance">Tells replicas apart.</param>
    /// <param name="logger">Hears where traces go, or why not.</param>
    public void Trace(Func<string, string?> environment, string instance, ILogger logger)
    {
        if (!TraceSettings.TryRead(environment, out var settings, out var problem))
            Log.NoTraces(logger, problem);
        else if (settings is not null)
            Start(settings, instance, logger);
    }

    public void Dispose()
    {
        _traces?.Dispose();
        Spans.Dispose();
        _collector?.Dispose();
        _meter.Dispose();
    }

    private void Start(TraceSettings settings, string instance, ILogger logger)
    {
        try
        {
            _traces = new OtlpTraces(settings, Name, Version, instance);
            Log.Traces(logger, settings.ToString());
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.NoTraces(logger, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Traces go to {Where}.")]
        public static partial void Traces(ILogger logger, string where);

        [LoggerMessage(LogLevel.Warning, "No traces are sent: {Reason}.")]
        public static partial void NoTraces(ILogger logger, string reason);
    }
}
