using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GitOpsBumper.Tracing;

/// <summary>
/// Sends spans by OTLP, in the background; a server that does not take them is nobody's trouble. The only type that touches OpenTelemetry:
/// its assemblies are loaded when this is first used, and not before.
/// </summary>
internal sealed class OtlpTraces : IDisposable
{
    public const string DefaultServiceName = "gitops-bumper";

    /// <summary>For what is not yet sent when the process ends.</summary>
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    private readonly TracerProvider _provider;

    /// <param name="settings">Say where to.</param>
    /// <param name="source">Name of the source whose spans are sent.</param>
    /// <param name="version">Of the product.</param>
    /// <param name="instance">Tells replicas apart.</param>
    /// <exception cref="ArgumentException">The headers are not to be understood.</exception>
    public OtlpTraces(TraceSettings settings, string source, string version, string instance)
    {
        // Of two that say the same thing the later one counts.
        var resource = ResourceBuilder.CreateEmpty().AddTelemetrySdk().AddService(DefaultServiceName, serviceVersion: version, serviceInstanceId: instance).AddEnvironmentVariableDetector();
        if (settings.ServiceName is { } name)
            resource.AddAttributes([new KeyValuePair<string, object>("service.name", name)]);
        _provider = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(source).AddOtlpExporter(options =>
        {
            options.Endpoint = settings.Endpoint;
            options.Protocol = settings.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            options.Headers = settings.Headers;
            options.TimeoutMilliseconds = (int)settings.Timeout.TotalMilliseconds;
        }).Build();
    }

    public void Dispose()
    {
        _provider.Shutdown((int)LastFlush.TotalMilliseconds);
        _provider.Dispose();
    }
}
