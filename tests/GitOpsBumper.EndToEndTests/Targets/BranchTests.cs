using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Targets;

/// <summary>Branches of their own to write to, and how many commits are made.</summary>
public sealed class BranchTests(World world)
{
    [Fact]
    public async Task A_branch_to_write_to_is_made_from_the_base_then_updated_on_top_of_itself_and_the_base_stays()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = Branch("main:bump/{{ .AppName }}") });
        await stage.PublishAsync();

        var first = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("updated", "bump/web"), (first.Image("web").Decision, (string?)first.Application("web")["branch"]));
        Assert.Equal(web.OverrideText("1.1.0"), await stage.Repository.ReadAsync("bump/web", web.OverrideFile, Stage.Token));
        Assert.Equal(web.OverrideText("1.0.0"), await stage.ReadAsync(web.OverrideFile));
        Assert.Equal(await stage.Repository.TipAsync("main", Stage.Token), await ParentAsync(stage, "bump/web"));

        var second = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("up-to-date", "1.1.0"), (second.Image("web").Decision, second.Image("web").Current));

        // Others work on both branches; the next version comes on top of that.
        stage.File("notes.md", "on main\n");
        await stage.PublishAsync();
        var tip = await stage.Repository.TipAsync("bump/web", Stage.Token);
        await stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal(tip, await ParentAsync(stage, "bump/web"));
        Assert.Equal(web.OverrideText("1.2.0"), await stage.Repository.ReadAsync("bump/web", web.OverrideFile, Stage.Token));
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task What_was_taken_back_on_the_base_branch_is_not_written_to_another()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = Branch("main:bump") });
        await stage.PublishAsync();
        (await stage.RunAsync()).MustExit(0);

        // Merged, reverted, and the branch is gone.
        await stage.Ada.GitAsync(["fetch", "--quiet", "origin", "bump"], Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "merge", "--quiet", "--no-ff", "-m", "Take it", "FETCH_HEAD"], Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", "-m", "1", "HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");
        await stage.Ada.GitAsync(["push", "--quiet", "origin", ":bump"], Stage.Token);

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.False(await stage.Repository.ExistsAsync("bump", Stage.Token));

        await stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal(web.OverrideText("1.2.0"), await stage.Repository.ReadAsync("bump", web.OverrideFile, Stage.Token));
    }

    [Fact]
    public async Task Applications_share_a_branch_of_one_name_and_all_branches_cost_one_push()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        foreach (var (name, branch) in new[] { ("api", "main:bump"), ("web", "main:bump"), ("own", ":own-{{ .TargetKey }}") })
            stage.Deploy(new Deployment(name, stage.Image("web")) { Annotations = Branch(branch) });
        stage.Deploy(new Deployment("plain", stage.Image("web")));
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(1, await stage.Repository.CountPushesAsync(Stage.Token));
        Assert.Equal(("bump", "bump", "main"), ((string?)outcome.Application("api")["branch"], (string?)outcome.Application("web")["branch"], (string?)outcome.Application("plain")["branch"]));
        Assert.Matches("^own-[0-9a-f]{12}$", (string?)outcome.Application("own")["branch"]);
        Assert.Equal(3, await stage.Repository.CountCommitsAsync("bump", Stage.Token));
        Assert.Equal(2, await stage.CountCommitsAsync());
        Assert.Equal("", await stage.Repository.GitAsync(["log", "--format=%H", "main..bump", "--", "apps/plain"], Stage.Token));
    }

    [Fact]
    public async Task One_name_cannot_start_from_two_branches()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("api", stage.Image("web")) { Annotations = Branch("main:bump") });
        stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = Branch("next:bump") });
        await stage.PublishAsync();
        await stage.Ada.PushAsync(Stage.Token, "next");

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("cannot start from 'next' as well", (string?)outcome.Application("web")["failure"], StringComparison.Ordinal);
        Assert.Equal("updated", (string?)outcome.Application("api")["images"]![0]!["decision"]);
    }

    [Theory]
    [InlineData("main:main")]
    [InlineData("next:main")]
    public async Task A_branch_that_others_start_from_is_not_written_to_from_elsewhere(string branch)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("api", stage.Image("web")));
        stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = Branch(branch) });
        await stage.PublishAsync();
        await stage.Ada.PushAsync(Stage.Token, "next");

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("'main' is a branch that changes start from", (string?)outcome.Application("web")["failure"], StringComparison.Ordinal);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_link_is_followed_to_the_file_and_modes_stay_as_they_are()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = "helmvalues", ["web.helm.image-tag"] = "image.tag" };
        stage.Announce(new Deployment("api", stage.Image("web")) { Annotations = values });
        stage.Announce(new Deployment("web", stage.Image("web")) { Annotations = values });
        stage.Announce(new Deployment("out", stage.Image("web")) { Annotations = values });
        stage.File("common/values.yaml", "image: {tag: 1.0.0}\n");
        await stage.PublishAsync();
        foreach (var (name, target) in new[] { ("api", "../../common/values.yaml"), ("web", "../api/values.yaml"), ("out", "../../../etc/passwd") })
        {
            Directory.CreateDirectory(Path.Combine(stage.Ada.Folder, "apps", name));
            File.CreateSymbolicLink(Path.Combine(stage.Ada.Folder, "apps", name, "values.yaml"), target);
        }

        await stage.Ada.GitAsync(["add", "--all"], Stage.Token);
        await stage.Ada.GitAsync(["update-index", "--chmod=+x", "common/values.yaml"], Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "-m", "Links"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("a symbolic link that leads out of the repository", (string?)outcome.Application("out")["failure"], StringComparison.Ordinal);
        Assert.Equal((string?)outcome.Application("api")["commit"], (string?)outcome.Application("web")["commit"]);
        Assert.Equal("image: {tag: 1.1.0}\n", await stage.ReadAsync("common/values.yaml"));
        var modes = await stage.Repository.GitAsync(["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"], Stage.Token);
        Assert.Equal("120000 apps/api/values.yaml\n120000 apps/out/values.yaml\n120000 apps/web/values.yaml\n100755 common/values.yaml", modes);
        var again = await stage.RunAsync();
        Assert.All(new[] { "api", "web" }, name => Assert.Equal("up-to-date", (string?)again.Application(name)["images"]![0]!["decision"]));
    }

    [Theory]
    [InlineData("repository", 2)]
    [InlineData("application", 4)]
    [InlineData("application,http://=repository", 2)]
    [InlineData("repository,https://git.example.com/=application", 2)]
    public async Task One_commit_for_all_where_that_is_wanted(string grouping, int commits)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var names = new[] { "api", "web", "worker" };
        foreach (var name in names)
            stage.Deploy(new Deployment(name, stage.Image("web")));
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync("--commit-grouping", grouping)).MustExit(0);
        Assert.Equal(commits, await stage.CountCommitsAsync());
        Assert.Equal(commits - 1, names.Select(name => (string?)outcome.Application(name)["commit"]).Distinct().Count());
        if (commits != 2)
            return;
        var message = await stage.Repository.GitAsync(["log", "-1", "--format=%B", "main"], Stage.Token);
        Assert.StartsWith("build: automatic update of api, web, worker\n", message, StringComparison.Ordinal);
        Assert.Equal(1, message.Split("updates image").Length - 1);
        Assert.All(names, name => Assert.Contains($"Bumper-Update: argocd/{name} web {stage.Image("web")} 1.0.0 1.1.0\nBumper-Target: main:apps/{name}/.argocd-source-{name}.yaml", message, StringComparison.Ordinal));

        // Each of them is taken back by itself.
        stage.File(new Deployment("web", "").OverrideFile, new Deployment("web", stage.Image("web")).OverrideText("1.0.0"));
        await stage.PublishAsync();
        var later = (await stage.RunAsync("--commit-grouping", grouping)).MustExit(0);
        Assert.Equal(["up-to-date", "rejected", "up-to-date"], names.Select(name => (string?)later.Application(name)["images"]![0]!["decision"]));
    }

    [Theory]
    [InlineData("application", null)]
    [InlineData("repository", null)]
    [InlineData("application", "main:bump")]
    public async Task What_a_plan_shows_is_what_is_pushed_whatever_the_branch_and_the_grouping(string grouping, string? branch)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        foreach (var name in new[] { "api", "web" })
            stage.Deploy(new Deployment(name, stage.Image("web")) { Annotations = branch is null ? new Dictionary<string, string>(StringComparer.Ordinal) : Branch(branch) });
        await stage.PublishAsync();

        var plan = (await stage.CallAsync("plan", "--commit-grouping", grouping)).MustExit(0).Output.Split('\n');
        (await stage.RunAsync("--commit-grouping", grouping)).MustExit(0);
        var pushed = await stage.Repository.GitAsync(["diff", await stage.Ada.GitAsync(["rev-parse", "HEAD"], Stage.Token), branch is null ? "main" : "bump"], Stage.Token);
        Assert.Equal(pushed.Split('\n').Where(IsOfDiff), plan.Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line[2..]).Where(IsOfDiff));

        static bool IsOfDiff(string line) => line.StartsWith('+') || line.StartsWith('-');
    }

    [Fact]
    public async Task Identical_edits_of_two_Applications_are_one_commit_and_different_ones_two()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        await stage.PushTagsAsync("api", "1.0.0", "1.5.0");
        var shared = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = "helmvalues:/shared.yaml", ["web.helm.image-tag"] = "web.tag" };
        foreach (var name in new[] { "prod", "stage" })
            stage.Announce(new Deployment(name, stage.Image("web")) { Annotations = shared });
        stage.Announce(new Deployment("third", stage.Image("api")) { Alias = "api", Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = "helmvalues:/shared.yaml", ["api.helm.image-tag"] = "api.tag" } });
        stage.File("shared.yaml", "web: {tag: 1.0.0}\napi: {tag: 1.0.0}\n");
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("web: {tag: 1.1.0}\napi: {tag: 1.5.0}\n", await stage.ReadAsync("shared.yaml"));
        Assert.Equal(3, await stage.CountCommitsAsync());
        Assert.All(new[] { "prod", "stage", "third" }, name => Assert.Equal("updated", (string?)outcome.Application(name)["images"]![0]!["decision"]));
        Assert.Equal((string?)outcome.Application("prod")["commit"], (string?)outcome.Application("stage")["commit"]);
        var message = await stage.Repository.GitAsync(["log", "-1", "--format=%B", "main~1"], Stage.Token);
        Assert.StartsWith("build: automatic update of prod, stage\n", message, StringComparison.Ordinal);
        Assert.Contains("Bumper-Update: argocd/stage web", message, StringComparison.Ordinal);
        Assert.Equal("up-to-date", (await stage.RunAsync()).MustExit(0).Application("stage")["images"]![0]!["decision"]!.ToString());
    }

    private static Dictionary<string, string> Branch(string text) => new(StringComparer.Ordinal) { ["git-branch"] = text };

    private static Task<string> ParentAsync(Stage stage, string branch) => stage.Repository.GitAsync(["rev-parse", $"{branch}~1"], Stage.Token);
}
