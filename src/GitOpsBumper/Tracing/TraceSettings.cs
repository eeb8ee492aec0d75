using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GitOpsBumper.Tracing;

/// <summary>
/// Where traces go, as the environment says in the words of OpenTelemetry
/// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). What is said for traces alone wins over what is said for all signals.
/// </summary>
internal sealed record TraceSettings
{
    private const string TracesPath = "v1/traces";

    /// <summary>Whole, with the path that HTTP needs.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Else protobuf over HTTP.</summary>
    public required bool IsGrpc { get; init; }

    /// <summary>Names and values as the variable has them; null: none. Secrets stand here.</summary>
    public string? Headers { get; init; }

    /// <summary>Of one export.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Null: whatever other variables say, or the name of the product.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Headers may hold secrets.</summary>
    public override string ToString() => $"{Endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)} over {(IsGrpc ? "grpc" : "http/protobuf")}";

    /// <summary>Reads the environment.</summary>
    /// <param name="environment">Reads a variable; null when it is not set.</param>
    /// <param name="settings">Null where traces are not asked for, or with a problem.</param>
    /// <param name="problem">Why traces that are asked for cannot be sent.</param>
    /// <returns>False with a problem.</returns>
    public static bool TryRead(Func<string, string?> environment, out TraceSettings? settings, [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        problem = null;
        var name = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
        var text = Read(environment, name);
        if (text is null)
            text = Read(environment, name = "OTEL_EXPORTER_OTLP_ENDPOINT");
        if (text is null || IsOff(environment))
            return true;
        if (!TryProtocol(environment, out var isGrpc, out problem) || !TryTimeout(environment, out var timeout, out problem))
            return false;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            // Not shown: somebody may have put a password into it.
            problem = $"{name} is no URL that begins with http:// or https://";
            return false;
        }

        settings = new TraceSettings
        {
            Endpoint = isGrpc || name.Contains("TRACES", StringComparison.Ordinal) ? endpoint : new Uri(text.TrimEnd('/') + '/' + TracesPath),
            IsGrpc = isGrpc,
            Headers = ForTraces(environment, "HEADERS", out _),
            Timeout = timeout,
            ServiceName = Read(environment, "OTEL_SERVICE_NAME"),
        };
        return true;
    }

    private static bool IsOff(Func<string, string?> environment) =>
        string.Equals(Read(environment, "OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase) || Read(environment, "OTEL_TRACES_EXPORTER") == "none";

    private static bool TryProtocol(Func<string, string?> environment, out bool isGrpc, [NotNullWhen(false)] out string? problem)
    {
        var text = ForTraces(environment, "PROTOCOL", out var name);
        isGrpc = text == "grpc";
        problem = text is null or "grpc" or "http/protobuf" ? null : $"{name} '{text}' is not known; allowed are http/protobuf and grpc";
        return problem is null;
    }

    private static bool TryTimeout(Func<string, string?> environment, out TimeSpan timeout, [NotNullWhen(false)] out string? problem)
    {
        timeout = TimeSpan.FromSeconds(10);
        problem = null;
        if (ForTraces(environment, "TIMEOUT", out var name) is not { } text)
            return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds == 0)
        {
            problem = $"{name} '{text}' is no number of milliseconds";
            return false;
        }

        timeout = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    private static string? ForTraces(Func<string, string?> environment, string what, out string name) =>
        Read(environment, name = $"OTEL_EXPORTER_OTLP_TRACES_{what}") ?? Read(environment, name = $"OTEL_EXPORTER_OTLP_{what}");

    /// <summary>Empty is the same as not set, as OpenTelemetry wants it.</summary>
    private static string? Read(Func<string, string?> environment, string name) => environment(name)?.Trim() is { Length: > 0 } text ? text : null;
}
