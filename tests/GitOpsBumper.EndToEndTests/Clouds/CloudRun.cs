using System.Text;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Clouds;

/// <summary>
/// <c>bumper test</c> in a process of its own, whose environment names a cloud that is a <see cref="CloudStandIn"/>. Every address where SDKs look for
/// metadata is one of this machine, so that none of them asks 169.254.169.254.
/// </summary>
internal sealed class CloudRun(CloudStandIn cloud) : IDisposable
{
    public const string Nowhere = "127.0.0.1:1";

    private static readonly string[] Packages = ["AWSSDK.Core.dll", "AWSSDK.SecurityToken.dll", "Azure.Core.dll", "Azure.Identity.dll", "Google.Apis.Auth.dll"];

    private readonly ScratchFolder _folder = new("gob-cloud-");
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal)
    {
        ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = $"http://{Nowhere}",
        ["GCE_METADATA_HOST"] = Nowhere,
        ["GCE_METADATA_IP"] = Nowhere,
        ["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = $"http://{Nowhere}",
    };

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <param name="registry">As images name it; it is asked at the stand-in.</param>
    /// <param name="credentials">Of <c>registries.conf</c>; null: none.</param>
    public async Task<RunResult> RunAsync(string registry, string? credentials, params (string Name, string Value)[] variables)
    {
        var conf = Write("registries.conf", $"""
            registries:
            - name: cloud
              prefix: {registry}
              api_url: {cloud.Url}
              {(credentials is null ? "" : $"credentials: {credentials}")}
            """);
        var environment = new Dictionary<string, string>(_environment, StringComparer.Ordinal)
        {
            ["HOME"] = _folder.Folder("home"),
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        };
        foreach (var name in (string[])["DOTNET_ROOT", "TMPDIR"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }

        foreach (var (name, value) in variables)
            environment[name] = value;
        return await ChildProcess.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "bumper.dll"), "test", $"{registry}/team/web", "--registries-conf-path", conf],
            new RunOptions { Environment = environment, AllowFailure = true },
            Stage.Token);
    }

    /// <summary>Which of the clouds' packages the runtime loads; it writes down what it does.</summary>
    public async Task<IReadOnlyList<string>> LoadedAsync(string registry, string credentials, params (string Name, string Value)[] variables)
    {
        var file = _folder.File("loads.nettrace");
        await RunAsync(
            registry, credentials,
            [("DOTNET_EnableEventPipe", "1"), ("DOTNET_EventPipeOutputPath", file), ("DOTNET_EventPipeConfig", "Microsoft-Windows-DotNETRuntime:0x8:4"), .. variables]);
        var trace = await File.ReadAllBytesAsync(file, Stage.Token);
        Assert.True(Names(trace, "bumper.dll"), "the runtime did not write what it loads");
        return [.. Packages.Where(package => Names(trace, package))];
    }

    private static bool Names(ReadOnlySpan<byte> trace, string assembly) => trace.IndexOf(Encoding.Unicode.GetBytes(assembly)) >= 0;

    public void Dispose() => _folder.Dispose();
}
