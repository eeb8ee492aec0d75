using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Helm;

/// <summary>Renders charts with the template engine of Helm; Renderer/main.go says what it leaves out. It is built once for all tests.</summary>
internal sealed class HelmRenderer : IAsyncDisposable
{
    private const string Libraries = "/usr/share/gocode";

    private readonly ScratchFolder _folder = new("gob-helm-");

    private HelmRenderer()
    {
    }

    private string Program => _folder.File("render");

    /// <exception cref="ServerMissingException">Go or a library is not installed.</exception>
    public static async Task<HelmRenderer> BuildAsync(CancellationToken token)
    {
        var go = Executable.Require("go", "golang-go");
        RequireLibrary("github.com/Masterminds/sprig", "golang-github-masterminds-sprig-dev");
        RequireLibrary("sigs.k8s.io/yaml", "golang-k8s-sigs-yaml-dev");
        var renderer = new HelmRenderer();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = renderer._folder.Path,
            ["GOCACHE"] = renderer._folder.Folder("cache"),
            ["GOPATH"] = Libraries,
            ["GO111MODULE"] = "off",
            ["CGO_ENABLED"] = "0",
        };
        var sources = Path.Combine(AppContext.BaseDirectory, "Helm", "Renderer");
        try
        {
            await ChildProcess.RunAsync(go, ["build", "-o", renderer.Program, "."], new RunOptions { WorkingDirectory = sources, Environment = environment }, token);
        }
        catch
        {
            await renderer.DisposeAsync();
            throw;
        }

        return renderer;
    }

    /// <param name="release">Its name; of Argo CD that of the Application.</param>
    /// <param name="chart">Its folder.</param>
    /// <param name="arguments">As helm takes them: --values, --set, --set-string.</param>
    public async Task<Rendering> RenderAsync(string release, string chart, IEnumerable<string> arguments, CancellationToken token)
    {
        var result = await ChildProcess.RunAsync(Program, [release, chart, .. arguments], new RunOptions { AllowFailure = true }, token);
        return new Rendering(result.ExitCode, result.Text, result.ErrorText);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void RequireLibrary(string path, string package)
    {
        if (!Directory.Exists(Path.Combine(Libraries, "src", path)))
            throw new ServerMissingException($"the Go library {path} is not installed: apt-get install {package}");
    }
}
