using System.Text.Json.Nodes;
using GitOpsBumper.Cli;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Commands;

/// <summary>The commands that explain, against a real registry and a real repository; and the demo, which brings its own.</summary>
public sealed class CommandTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Test_shows_the_tag_that_would_be_chosen_and_where_the_others_fell()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushTagsAsync("commands/test", ["1.4.0", "1.4.1", "1.5.0", "latest", "1.6.0-rc.1"], Token);

        var run = await RunAsync("test", $"{registry.Host}/commands/test:~1.4", "--ignore-tags", "latest");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("candidate  1.4.1", run.Output, StringComparison.Ordinal);
        Assert.Contains("fell at ignore-tags: 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("fell at the constraint: 2", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Test_follows_the_variant_of_the_current_tag()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushTagsAsync("commands/variant", ["1.27.3-alpine", "1.27.4-alpine", "1.27.5-alpine3.20", "1.27.6", "1234567", "1.28.0-rc1-alpine"], Token);
        var image = $"{registry.Host}/commands/variant";

        var kept = await RunAsync("test", image, "--variant", "keep", "--current", "1.27.3-alpine");
        Assert.Equal(ExitCode.Done, kept.ExitCode);
        Assert.Contains("current    1.27.3-alpine", kept.Output, StringComparison.Ordinal);
        Assert.Contains("candidate  1.27.4-alpine", kept.Output, StringComparison.Ordinal);
        Assert.Contains("fell at the variant: 3", kept.Output, StringComparison.Ordinal);
        Assert.Contains("1.27.5-alpine3.20  is another variant: -alpine3.20 instead of -alpine", kept.Output, StringComparison.Ordinal);

        var newest = await RunAsync("test", image, "--variant", "keep", "--current", "1.27.4-alpine", "--output", "json");
        Assert.Equal(ExitCode.Done, newest.ExitCode);
        Assert.Contains("\"step\": \"variant\"", newest.Output, StringComparison.Ordinal);

        Assert.Contains("1234567 may be a commit or a date", (await RunAsync("test", image)).Output, StringComparison.Ordinal);
        var strict = await RunAsync("test", image, "--strict-semver", "true");
        Assert.Contains("candidate  1.27.6", strict.Output, StringComparison.Ordinal);
        Assert.Contains("1234567  is not a version of three numbers, which strict-semver asks for", strict.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_fails_when_no_tag_would_be_chosen_and_names_a_repository_that_is_not_there()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushTagsAsync("commands/none", ["1.4.0"], Token);

        var none = await RunAsync("test", $"{registry.Host}/commands/none:~2");
        Assert.Equal(ExitCode.SomeFailed, none.ExitCode);

        var missing = await RunAsync("test", $"{registry.Host}/commands/missing:~2");
        Assert.Equal(ExitCode.SomeFailed, missing.ExitCode);
        Assert.Contains("commands/missing", missing.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--allow-tags", "regexp:(", "parenthesis")]
    [InlineData("--update-strategy", "newest", "allowed are")]
    [InlineData("--platforms", "linux", "os/arch")]
    [InlineData("--variant", "-alpine", "without the dash in front")]
    [InlineData("--variant", "keep", "--variant keep needs --current")]
    [InlineData("--current", "a b", "--current: ")]
    [InlineData("--strict-semver", "yes", "neither true nor false")]
    public async Task Test_refuses_what_an_annotation_could_not_say(string flag, string value, string part)
    {
        var run = await RunAsync("test", "registry.example.com/team/web", flag, value);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(part, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Test_finds_the_newest_build_and_the_digest_of_a_tag()
    {
        var registry = await world.RegistryAsync();
        var day = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        await registry.Images.PushImageAsync("commands/build", TestImage.Amd64(day), ["zzz"], Token);
        var newest = await registry.Images.PushImageAsync("commands/build", TestImage.Amd64(day.AddDays(1)), ["aaa"], Token);

        var build = await RunAsync("test", $"{registry.Host}/commands/build", "--update-strategy", "newest-build", "--output", "json");
        Assert.Equal("aaa", (string?)JsonNode.Parse(build.Output)!["candidate"]);

        var digest = await RunAsync("test", $"{registry.Host}/commands/build:aaa", "--update-strategy", "digest", "--output", "json");
        Assert.Equal($"aaa@{newest}", (string?)JsonNode.Parse(digest.Output)!["candidate"]);
    }

    [Fact]
    public async Task Explain_tells_of_every_tag_of_an_application()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushTagsAsync("commands/explain", ["1.4.0", "1.5.0", "2.0.0", "nightly"], Token);
        var git = await world.GitAsync();
        var repository = await git.CreateRepositoryAsync("open/commands/explain", Token);
        using var person = await Person.CloneAsync("Ada", repository.Url, Token);
        await person.CommitAsync("Deploy", "web/.argocd-source-web.yaml", "helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.0\n", Token);
        await person.PushAsync(Token);
        using var folder = new ScratchFolder("bumper-explain-");
        var manifest = folder.Write("web.yaml", $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: web
              namespace: argocd
              annotations:
                gitopsbumper.io/image-list: web={{registry.Host}}/commands/explain:^1
            spec:
              source: { repoURL: "{{repository.Url}}", path: web, targetRevision: main, helm: {} }

            """);

        var run = await RunAsync("explain", "web", "web", "--manifests", manifest, "--output", "json");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        var answer = JsonNode.Parse(run.Output)!;
        Assert.Equal("1.4.0", (string?)answer["current"]);
        Assert.Equal("1.5.0", (string?)answer["candidate"]);
        var steps = answer["tags"]!.AsArray().ToDictionary(tag => (string)tag!["tag"]!, tag => (string)tag!["step"]!);
        Assert.Equal("chosen", steps["1.5.0"]);
        Assert.Equal("outranked", steps["1.4.0"]);
        Assert.Equal("constraint", steps["2.0.0"]);
        Assert.Equal("parse", steps["nightly"]);
        Assert.Single(await repository.SubjectsAsync("main", Token));

        var unknown = await RunAsync("explain", "web", "other", "--manifests", manifest);
        Assert.Equal(ExitCode.Usage, unknown.ExitCode);
        Assert.Contains("it has: web", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_updates_three_applications_and_then_nothing()
    {
        var run = await RunAsync("demo");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("3 applications: 3 would-update.", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 applications: 3 updated.", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 applications: 2 updated, 1 up-to-date.", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 applications: 3 up-to-date.", run.Output, StringComparison.Ordinal);
        Assert.Contains("Bumper-Update: argocd/web web", run.Output, StringComparison.Ordinal);
        var folder = run.Output.Split('\n').First(line => line.Contains("a git repository is at", StringComparison.Ordinal)).Split(" is at ")[1].TrimEnd('.', '\r');
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)), "the demo has not cleaned up");
    }

    [Fact]
    public async Task Lint_finds_nothing_wrong_with_the_examples()
    {
        var run = await RunAsync("lint", Path.Combine(Examples.Folder, "applications"));
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var count = Directory.GetFiles(Path.Combine(Examples.Folder, "applications")).Length;
        Assert.Equal($"{count} Applications, {count} with images, 0 problems.\n", run.Output);
    }

    private static async Task<CommandRun> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, output, error, Token);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    private sealed record CommandRun(int ExitCode, string Output, string Error);
}
