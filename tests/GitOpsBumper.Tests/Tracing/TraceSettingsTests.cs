using GitOpsBumper.Tracing;

namespace GitOpsBumper.Tests.Tracing;

public sealed class TraceSettingsTests
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_SERVICE_NAME", "bot")]
    public void Without_an_endpoint_there_are_no_traces(string name, string value)
    {
        _environment[name] = value;
        Assert.Null(Read());
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    public void They_can_be_switched_off(string name, string value)
    {
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318";
        _environment[name] = value;
        Assert.Null(Read());
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "http/protobuf", "http://collector:4318/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector/otlp/", "http/protobuf", "https://collector/otlp/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4318/here", "http/protobuf", "http://collector:4318/here")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317", "grpc", "http://collector:4317/")]
    public void The_path_is_added_where_the_address_is_that_of_all_signals(string name, string value, string protocol, string expected)
    {
        _environment[name] = value;
        _environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        var settings = Read();
        Assert.Equal(expected, settings!.Endpoint.ToString());
        Assert.Equal(protocol == "grpc", settings.IsGrpc);
    }

    [Fact]
    public void What_is_said_for_traces_alone_wins()
    {
        foreach (var name in (string[])["ENDPOINT", "PROTOCOL", "HEADERS", "TIMEOUT"])
            _environment[$"OTEL_EXPORTER_OTLP_{name}"] = "nonsense";
        _environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "http://collector/traces";
        _environment["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf";
        _environment["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] = "api-key=s3cret";
        _environment["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] = "1500";
        _environment["OTEL_SERVICE_NAME"] = "bot";
        var settings = Read()!;
        Assert.Equal(new TraceSettings { Endpoint = new Uri("http://collector/traces"), IsGrpc = false, Headers = "api-key=s3cret", Timeout = TimeSpan.FromSeconds(1.5), ServiceName = "bot" }, settings);
    }

    [Theory]
    [InlineData("ENDPOINT", "collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT is no URL that begins with http:// or https://")]
    [InlineData("PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL 'http/json' is not known; allowed are http/protobuf and grpc")]
    [InlineData("TIMEOUT", "10s", "OTEL_EXPORTER_OTLP_TIMEOUT '10s' is no number of milliseconds")]
    [InlineData("TIMEOUT", "0", "OTEL_EXPORTER_OTLP_TIMEOUT '0' is no number of milliseconds")]
    public void A_mistake_is_named(string name, string value, string expected)
    {
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318";
        _environment[$"OTEL_EXPORTER_OTLP_{name}"] = value;
        Assert.False(TraceSettings.TryRead(_environment.GetValueOrDefault, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Secrets_are_not_shown()
    {
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://me:s3cret@collector?key=s3cret";
        _environment["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=s3cret";
        Assert.DoesNotContain("s3cret", Read()!.ToString(), StringComparison.Ordinal);
    }

    private TraceSettings? Read()
    {
        Assert.True(TraceSettings.TryRead(_environment.GetValueOrDefault, out var settings, out var problem), problem);
        return settings;
    }
}
