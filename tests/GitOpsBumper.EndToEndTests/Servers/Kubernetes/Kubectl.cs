using System.Text.Json.Nodes;

namespace GitOpsBumper.EndToEndTests.Servers.Kubernetes;

/// <summary><c>kubectl</c> as somebody types it whose kubeconfig leads to a server of a test.</summary>
public sealed class Kubectl
{
    private readonly string _program = Executable.Require("kubectl", "kubernetes-client");
    private readonly Dictionary<string, string> _environment;
    private readonly string _folder;

    /// <param name="kubeconfig">With the namespace that is meant where none is named.</param>
    /// <param name="home">Where it keeps what it learns of the server.</param>
    /// <param name="folder">Where it is called.</param>
    /// <exception cref="ServerMissingException">kubectl is not installed.</exception>
    public Kubectl(string kubeconfig, string home, string folder)
    {
        _folder = folder;
        _environment = new(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = home,
            ["KUBECONFIG"] = kubeconfig,
        };
    }

    /// <param name="line">What follows <c>kubectl</c>; no argument has a blank in it.</param>
    /// <returns>What it printed, without the last line end.</returns>
    public async Task<string> RunAsync(string line, CancellationToken token)
    {
        var result = await TryAsync(line, token);
        return result.ExitCode == 0
            ? result.Text.TrimEnd('\n')
            : throw new InvalidOperationException($"kubectl {line} ended with {result.ExitCode}: {result.ErrorText}{result.Text}");
    }

    public Task<RunResult> TryAsync(string line, CancellationToken token) => ChildProcess.RunAsync(
        _program, line.Split(' '), new RunOptions { WorkingDirectory = _folder, Environment = _environment, AllowFailure = true }, token);

    /// <summary>Of kubectl itself, major version 1.</summary>
    public async Task<int> MinorVersionAsync(CancellationToken token)
    {
        var version = JsonNode.Parse(await RunAsync("version --client --output json", token))!["clientVersion"]!;
        return int.Parse(((string)version["minor"]!).TrimEnd('+'), System.Globalization.CultureInfo.InvariantCulture);
    }
}
