using System.Text.Json.Nodes;
using GitOpsBumper.Cli;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Commands => ["run", "plan", "test", "explain", "lint", "template", "demo", "version", "completion"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("unknown command", "rum", "run")]
    [InlineData("unknown flag", "plan --manifest x", "--manifest")]
    [InlineData("no manifests", "plan", "--manifests")]
    [InlineData("run without --once", "run --manifests .", "--once")]
    [InlineData("missing argument", "test", "Required argument 'image' missing")]
    [InlineData("missing template", "template nope.tmpl", "'nope.tmpl' does not exist")]
    [InlineData("missing folder", "lint nope", "'nope' does not exist")]
    [InlineData("unknown shell", "completion powershell", "powershell")]
    public async Task A_wrong_command_line_is_named_and_does_nothing(string what, string line, string part)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.True(run.ExitCode == ExitCode.Usage, what);
        Assert.Contains(part, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("run", "one cycle over Applications in files needs no cluster: 'bumper run --once --manifests <file or folder>'")]
    [InlineData("run --once", "Applications in files need no cluster: --manifests <file or folder>")]
    [InlineData("plan", "Applications in files need no cluster: --manifests <file or folder>")]
    public async Task Who_has_no_cluster_is_told_what_this_command_does_without_one(string line, string advice)
    {
        var run = await RunAsync([.. line.Split(' '), "--kubeconfig", _folder.Write("kubeconfig", "apiVersion: v1\nkind: Config\n")]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.EndsWith($"\nbumper: {advice}\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_with_settings_are_told_at_once()
    {
        var run = await RunAsync(
            "plan", "--manifests", "/nope", "--output", "xml", "--git-timeout", "soon", "--max-concurrency", "0", "--git-commit-user", "a<b", "--app", "[", "--selector", "a=b,=c", "--default-write-back-method", "svn");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        foreach (var part in new[] { "'/nope' does not exist", "'xml' is not known, allowed: text, json", "'soon' is not a duration", "'0' is not a whole number from 1 to 64", "'a<b' cannot stand in a commit", "--app or --selector", "'svn' is not known, allowed: git" })
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public async Task An_address_that_is_none_of_this_machine_is_named(string address)
    {
        var kubeconfig = _folder.Write(
            "kubeconfig",
            "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n");
        var run = await RunAsync("run", "--kubeconfig", kubeconfig, "--bind-address", address, "--health-port", "18080", "--metrics-port", "0");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"--bind-address {address}, --health-port 18080", run.Error, StringComparison.Ordinal);
        Assert.Contains("nothing can listen there", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_teaches_with_an_example(string command)
    {
        var run = await RunAsync(command, "--help");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"  bumper {command}", run.Output.Replace("source <(bumper", "  bumper", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_settings_counts_less_than_a_flag()
    {
        var config = _folder.Write("config.yaml", "output: json\nmax-concurrency: 2\n");
        var apps = _folder.Write("apps.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n");
        Assert.NotNull(JsonNode.Parse((await RunAsync("plan", "--config", config, "--manifests", apps)).Output));
        Assert.StartsWith("0 applications", (await RunAsync("plan", "--config", config, "--manifests", apps, "--output", "text")).Output, StringComparison.Ordinal);

        var wrong = _folder.Write("wrong.yaml", "outptu: json\ncache-dir: {a: b}\n");
        var run = await RunAsync("plan", "--config", wrong, "--manifests", apps);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("setting 'outptu' is not known, allowed: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("setting 'cache-dir' has to be a text", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_names_every_mistake_and_asks_nobody()
    {
        _folder.Write("good.yaml", Application("good", "gitopsbumper.io/image-list: web=registry.invalid/web:~1"));
        Assert.Equal(ExitCode.Done, (await RunAsync("lint", _folder.Path)).ExitCode);

        _folder.Write("bad.yaml", Application("bad", "gitopsbumper.io/image-list: web=registry.invalid/web:~one, gitopsbumper.io/web.allow-tag: any"));
        var text = await RunAsync("lint", _folder.Path);
        Assert.Equal(ExitCode.SomeFailed, text.ExitCode);
        Assert.Contains("did you mean 'web.allow-tags'?", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text.Output);

        var json = JsonNode.Parse((await RunAsync("lint", _folder.Path, "--output", "json")).Output)!;
        Assert.Equal(["argocd/bad"], json["problems"]!.AsArray().Select(problem => (string)problem!["application"]!).Distinct());
    }

    [Fact]
    public async Task Lint_tells_a_mistake_of_a_resource_once_however_many_Applications_it_selects()
    {
        _folder.Write("one.yaml", Application("one", "a: b"));
        _folder.Write("two.yaml", Application("two", "gitopsbumper.io/x.pin: a"));
        _folder.Write("all.yaml", "{apiVersion: argocd-image-updater.argoproj.io/v1alpha1, kind: ImageUpdater, metadata: {name: all}, spec: {applicationRefs: [{namePattern: '*', images: [{alias: web, imageName: 'registry.invalid/web:~one'}]}]}}");
        var json = JsonNode.Parse((await RunAsync("lint", _folder.Path, "--output", "json")).Output)!;
        Assert.Equal(
            ["ImageUpdater argocd/all spec.applicationRefs[0].images[0].imageName", "argocd/two gitopsbumper.io/x.pin"],
            json["problems"]!.AsArray().Select(problem => $"{(string)problem!["application"]!} {(string)problem["key"]!}"));
        Assert.Contains("2 Applications, 2 with images", (await RunAsync("lint", _folder.Path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_asks_the_executable()
    {
        foreach (var shell in new[] { "bash", "zsh", "fish" })
            Assert.Contains("[suggest:", (await RunAsync("completion", shell)).Output, StringComparison.Ordinal);
        Assert.Contains("--manifests", (await RunAsync("[suggest:8]", "plan --ma")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_and_the_built_in_message_are_shown()
    {
        Assert.StartsWith("bumper ", (await RunAsync("version")).Output, StringComparison.Ordinal);
        Assert.Equal((await RunAsync("version")).Output, (await RunAsync("--version")).Output);
        Assert.StartsWith("build: automatic update of web", (await RunAsync("template")).Output, StringComparison.Ordinal);
        var template = _folder.Write("message.tmpl", "x {{ .AppName | upper }}");
        var wrong = await RunAsync("template", template);
        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.Contains("function 'upper' is not known", wrong.Error, StringComparison.Ordinal);
    }

    private static string Application(string name, string annotations) =>
        $"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  annotations:\n    {annotations.Replace(", ", "\n    ", StringComparison.Ordinal)}\nspec:\n  source: {{repoURL: https://git.example.com/a.git, path: x, helm: {{}}}}\n";

    private static async Task<CommandRun> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    private sealed record CommandRun(int ExitCode, string Output, string Error);
}
