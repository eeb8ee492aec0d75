using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Targets;

/// <summary>Several applications that write to one file, or to one place in it: nobody's word is lost, nobody takes turns, and the report is true.</summary>
public sealed class SharedPlaceTests(World world)
{
    private const string Shared = "shared.yaml";

    private static readonly string[] TwoNames = ["prod", "stage"];

    [Fact]
    public async Task What_was_taken_back_of_one_application_is_taken_back_for_all_that_write_there()
    {
        using var stage = await SetAsync("web: {tag: 1.0.0}\n");
        Announce(stage, "prod", "web");
        (await stage.RunAsync()).MustExit(0);
        Announce(stage, "stage", "web");
        Assert.Equal("up-to-date", Decision((await stage.RunAsync()).MustExit(0), "stage"));

        stage.File(Shared, "web: {tag: 1.0.0}\n");
        await stage.PublishAsync();
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.All(TwoNames, name => Assert.Equal("rejected", Decision(outcome, name)));
        Assert.Equal("web: {tag: 1.0.0}\n", await stage.ReadAsync(Shared));

        await stage.PushTagsAsync("web", "1.2.0");
        outcome = (await stage.RunAsync()).MustExit(0);
        Assert.All(TwoNames, name => Assert.Equal("updated", Decision(outcome, name)));
        outcome = (await stage.RunAsync()).MustExit(0);
        Assert.All(TwoNames, name => Assert.Equal("up-to-date", Decision(outcome, name)));
    }

    [Fact]
    public async Task Who_wants_less_than_another_has_written_is_not_told_to_have_written_it()
    {
        using var stage = await SetAsync("web: {tag: 1.0.0}\n");
        await stage.PushTagsAsync("web", "2.0.0");
        Announce(stage, "any", "web", constraint: "");
        Announce(stage, "tilde", "web");
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("updated", "up-to-date"), (Decision(outcome, "any"), Decision(outcome, "tilde")));
        Assert.DoesNotContain("argocd/tilde", await stage.Repository.GitAsync(["log", "-1", "--format=%B", "main"], Stage.Token), StringComparison.Ordinal);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_commit_is_shared_with_whom_it_writes_for_and_not_with_the_last_one_of_the_file()
    {
        using var stage = await SetAsync("web: {tag: 1.0.0}\napi: {tag: 1.0.0}\n");
        await stage.PushTagsAsync("api", "1.0.0", "1.5.0");
        Announce(stage, "a", "web");
        Announce(stage, "b", "api");
        Announce(stage, "c", "web");
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal((string?)outcome.Application("a")["commit"], (string?)outcome.Application("c")["commit"]);
        Assert.NotEqual((string?)outcome.Application("b")["commit"], (string?)outcome.Application("c")["commit"]);
    }

    [Fact]
    public async Task Two_pins_on_one_place_do_not_take_turns()
    {
        using var stage = await SetAsync("web: {tag: 1.0.0}\n");
        Announce(stage, "prod", "web", ("web.pin", "1.0.0"));
        Announce(stage, "stage", "web", ("web.pin", "1.1.0"));
        for (var run = 0; run < 3; run++)
        {
            var outcome = (await stage.RunAsync()).MustExit(1);
            Assert.Equal(("pinned", "failed"), (Decision(outcome, "prod"), Decision(outcome, "stage")));
            Assert.Contains("Application argocd/prod writes to the same place, and holds 1.0.0 there", (string?)outcome.Application("stage")["images"]![0]!["reason"], StringComparison.Ordinal);
        }

        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_file_that_is_named_by_itself_has_the_memory_of_its_link()
    {
        using var stage = await SetAsync("web: {tag: 1.0.0}\n");
        File.CreateSymbolicLink(Path.Combine(stage.Ada.Folder, "link.yaml"), Shared);
        await CommitAsync(stage);
        Announce(stage, "web", "web", ("write-back-target", "helmvalues:/link.yaml"));
        Assert.Equal("updated", Decision((await stage.RunAsync()).MustExit(0), "web"));
        stage.File(Shared, "web: {tag: 1.0.0}\n");
        await stage.PublishAsync();
        Announce(stage, "web", "web");
        Assert.Equal("rejected", Decision((await stage.RunAsync()).MustExit(0), "web"));
    }

    [Fact]
    public async Task Trouble_with_a_place_stays_with_its_application()
    {
        using var stage = await SetAsync("web: {tag: 1.0.0}\n");
        for (var link = 0; link < 7; link++)
            File.CreateSymbolicLink(Path.Combine(stage.Ada.Folder, $"l{link}.yaml"), link == 6 ? Shared : $"l{link + 1}.yaml");
        await CommitAsync(stage);
        Announce(stage, "good", "web");
        Announce(stage, "links", "web", ("write-back-target", "helmvalues:/l0.yaml"));
        Announce(stage, "pattern", "web", ("write-back-target", "markers:/:(attr)x"));
        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("updated", Decision(outcome, "good"));
        Assert.Contains("to too many others", (string?)outcome.Application("links")["failure"], StringComparison.Ordinal);
        Assert.Contains("has no YAML files", (string?)outcome.Application("pattern")["failure"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_whose_name_stands_in_the_way_of_another_is_told_as_that()
    {
        using var stage = await SetAsync("web: {tag: 1.0.0}\n");
        await stage.Ada.PushAsync(Stage.Token, "bump");
        Announce(stage, "web", "web", ("git-branch", "main:bump/web"));
        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("git cannot have both 'a' and 'a/b'", (string?)outcome.Application("web")["failure"], StringComparison.Ordinal);
    }

    private async Task<Stage> SetAsync(string values)
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.File(Shared, values);
        await stage.PublishAsync();
        return stage;
    }

    private static void Announce(Stage stage, string name, string image, params (string Key, string Value)[] more) => Announce(stage, name, image, ":~1", more);

    private static void Announce(Stage stage, string name, string image, string constraint, params (string Key, string Value)[] more)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = $"helmvalues:/{Shared}", [$"{image}.helm.image-tag"] = $"{image}.tag" };
        foreach (var (key, value) in more)
            annotations[key] = value;
        stage.Announce(new Deployment(name, stage.Image(image)) { Alias = image, Constraint = constraint, Annotations = annotations });
    }

    private static async Task CommitAsync(Stage stage)
    {
        await stage.Ada.GitAsync(["add", "--all"], Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "-m", "Links"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");
    }

    private static string? Decision(Outcome outcome, string name) => (string?)outcome.Application(name)["images"]![0]!["decision"];
}
