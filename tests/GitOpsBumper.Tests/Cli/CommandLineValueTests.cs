using GitOpsBumper.Cli;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Cli;

/// <summary>Values that a person may well type, and what the command line answers.</summary>
public sealed class CommandLineValueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--manifests")]
    [InlineData("--cache-dir")]
    [InlineData("--config")]
    [InlineData("--registries-conf-path")]
    public async Task An_empty_value_is_a_usage_problem_and_no_crash(string flag)
    {
        var run = await RunAsync("plan", flag, "");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(flag, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("--registries-conf-path", "registries.conf")]
    [InlineData("--git-commit-message-path", "message.tmpl")]
    public async Task A_file_that_is_not_ours_to_read_is_a_usage_problem_and_no_crash(string flag, string name)
    {
        var file = _folder.Write(name, "x");
        var apps = _folder.Write("apps.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n");
        using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var run = await RunAsync("plan", "--manifests", apps, flag, file);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("cannot be read", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --", "--once", "--dry-run", "--manifests", "--match-application-name", "--loglevel")]
    [InlineData("ru", "run")]
    [InlineData("completion ", "bash", "zsh", "fish")]
    public async Task Completion_knows_what_may_stand_next(string line, params string[] expected)
    {
        var run = await RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var found = run.Output.Split('\n').Select(word => word.Trim()).ToList();
        Assert.All(expected, word => Assert.Contains(word, found));
    }

    [Fact]
    public async Task A_template_is_rendered_as_it_would_be_committed()
    {
        var file = _folder.Write("message.tmpl", "chore({{ .AppName }}): {{ range $i, $c := .AppChanges }}{{ if $i }}, {{ end }}{{ $c.Alias }} {{ $c.NewTag }}{{ end }}\n\nSigned-off-by: A <a@b>\n");
        var run = await RunAsync("template", file);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(
            "chore(web): web 1.5.0, worker main-8c07d11\n\nSigned-off-by: A <a@b>\nBumper-Update: argocd/web web registry.example.com/team/web 1.4.2 1.5.0\n"
            + "Bumper-Update: argocd/web worker registry.example.com/team/worker main-3f2a1b9 main-8c07d11\n",
            run.Output);
    }

    [Fact]
    public async Task Lint_counts_a_broken_file_as_a_problem_and_a_note_not()
    {
        var note = _folder.Write("note.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: many}\n");
        Assert.Equal(ExitCode.Done, (await RunAsync("lint", note)).ExitCode);
        var broken = _folder.Write("broken.yaml", "kind: Application\nmetadata: [\n");
        var run = await RunAsync("lint", note, broken);
        Assert.Equal(ExitCode.SomeFailed, run.ExitCode);
        Assert.Contains($"{broken}:", run.Output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
