using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Traces;

/// <summary>Traces of <c>run --once</c>, in a process of its own, with the environment as it would have it in a pipeline.</summary>
[Collection(CredentialTests.PasswordsInSight)]
public sealed class TraceTests(World world)
{
    [Fact]
    public async Task A_cycle_holds_its_repository_and_that_what_git_did()
    {
        await using var receiver = await TraceReceiver.StartAsync(Stage.Token);
        using var stage = await PrepareAsync();
        (await RunAsync(stage, ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url), ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k3y"))).MustExit(0);

        Assert.All(receiver.Heads, head => Assert.Equal("/v1/traces application/x-protobuf k3y", head));
        Assert.Equal("gitops-bumper", receiver.Resource["service.name"]);
        var spans = receiver.Spans;
        var cycle = Assert.Single(spans, span => span.Name == "cycle");
        Assert.Equal("1", cycle.Tags["gitopsbumper.images.updated"]);
        var repository = Assert.Single(spans, span => span.Name == "repository");
        Assert.Equal(stage.Repository.Url, repository.Tags["url.full"]);
        Assert.True(cycle.Holds(repository));
        foreach (var operation in (string[])["git list", "git fetch", "git commit", "git push"])
        {
            Assert.Contains(spans, span => span.Name == operation);
            Assert.All(spans.Where(span => span.Name == operation), span => Assert.True(repository.Holds(span), $"{operation} is not in its repository"));
        }

        var tags = Assert.Single(spans, span => span.Name == "registry tags");
        Assert.Equal((cycle.Trace, $"/v2/{stage.RepositoryPath("web")}/tags/list"), (tags.Trace, tags.Tags["url.path"]));
    }

    [Fact]
    public async Task No_span_says_a_secret()
    {
        await using var receiver = await TraceReceiver.StartAsync(Stage.Token);
        using var stage = await PrepareAsync("private", await world.BasicRegistryAsync());
        var (account, puller) = (GitHttpServer.Account, World.RegistryAccount);
        stage.Manifest("secret.yaml", $"""
            apiVersion: v1
            kind: Secret
            metadata:
              name: repository
              namespace: argocd
              labels:
                argocd.argoproj.io/secret-type: repository
            stringData:
              url: {stage.Repository.Url.Replace("://", $"://{account.User}:{account.Password}@", StringComparison.Ordinal)}
              username: {account.User}
              password: {account.Password}
            """);
        (await RunAsync(stage, ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.Url + "/here?key=endpoint-key"), ("PULLER", $"{puller.User}:{puller.Password}"))).MustExit(0);

        Assert.Contains(receiver.Spans, span => span.Name == "git push");
        foreach (var secret in (string[])[account.Password, puller.Password, "endpoint-key"])
            Assert.DoesNotContain(secret, receiver.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_SERVICE_NAME", "robot")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "service.name=robot")]
    public async Task The_service_is_called_as_the_environment_says(string variable, string value)
    {
        await using var receiver = await TraceReceiver.StartAsync(Stage.Token);
        using var stage = await PrepareAsync();
        (await RunAsync(stage, ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url), (variable, value))).MustExit(0);
        Assert.Equal("robot", receiver.Resource["service.name"]);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "")]
    [InlineData("http://nobody.invalid:4318", "")]
    [InlineData("127.0.0.1:4318", "No traces are sent: OTEL_EXPORTER_OTLP_ENDPOINT is no URL that begins with http:// or https://")]
    public async Task A_wrong_endpoint_stops_nothing(string endpoint, string told)
    {
        using var stage = await PrepareAsync();
        var outcome = (await RunAsync(stage, ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint))).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Contains(told, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_OpenTelemetry_is_loaded_where_nobody_asks_for_traces()
    {
        Assert.True(await LoadsAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")));
        Assert.False(await LoadsAsync(("OTEL_SERVICE_NAME", "robot")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receiver_that_never_answers_does_not_hold_up_the_end()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var stage = await PrepareAsync();
        // An hour is what the exporter itself would wait.
        (await RunAsync(stage, ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{silent.LocalEndpoint}"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "3600000"))).MustExit(0);
    }

    private async Task<Stage> PrepareAsync(string access = "open", DockerRegistry? registry = null)
    {
        var stage = await Stage.SetAsync(world, access, registry);
        if (registry is not null)
            stage.ConfigureRegistries("  credentials: env:PULLER");
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();
        return stage;
    }

    /// <summary>Lets the runtime write down what it loads.</summary>
    private async Task<bool> LoadsAsync((string Name, string Value) variable)
    {
        using var stage = await PrepareAsync();
        using var folder = new ScratchFolder("gob-loads-");
        var file = folder.File("loads.nettrace");
        (await RunAsync(
            stage, variable, ("DOTNET_EnableEventPipe", "1"), ("DOTNET_EventPipeOutputPath", file), ("DOTNET_EventPipeConfig", "Microsoft-Windows-DotNETRuntime:0x8:4"))).MustExit(0);
        var loaded = Encoding.Unicode.GetBytes("bumper.dll");
        ReadOnlySpan<byte> trace = await File.ReadAllBytesAsync(file, Stage.Token);
        Assert.True(trace.IndexOf(loaded) >= 0, "the runtime did not write what it loads");
        return trace.IndexOf(Encoding.Unicode.GetBytes("OpenTelemetry.dll")) >= 0;
    }

    private static async Task<Outcome> RunAsync(Stage stage, params (string Name, string Value)[] variables)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
        foreach (var (name, value) in variables)
            environment[name] = value;
        var run = await ChildProcess.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "bumper.dll"), .. stage.Arguments("run", "--once", "--output", "json")],
            new RunOptions { Environment = environment, AllowFailure = true },
            Stage.Token);
        return new Outcome(run.ExitCode, run.Text, run.ErrorText);
    }
}
