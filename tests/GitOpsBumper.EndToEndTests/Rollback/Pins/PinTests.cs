using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Rollback.Pins;

/// <summary><c>bumper pin</c>, <c>unpin</c>, <c>rollback</c> and <c>history</c>, as people type them.</summary>
public sealed class PinTests(World world)
{
    private const string File = "apps/web/.argocd-source-web.yaml";

    [Fact]
    public async Task A_pin_by_the_override_holds_until_it_is_taken_away()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);

        var pinned = (await PinAsync(stage, "1.0.0", "--reason", "checkout fails")).MustExit(0);
        Assert.Contains("web web: pinned to 1.0.0 by image.overrideTag\n", pinned.Output, StringComparison.Ordinal);
        Assert.Contains("\n  +  - name: image.overrideTag\n", pinned.Output, StringComparison.Ordinal);
        Assert.Contains("The chart has to render image.overrideTag before image.tag; where it does not, use --with value.", pinned.Output, StringComparison.Ordinal);
        Assert.Contains("- name: image.overrideTag\n    value: 1.0.0\n    forcestring: true\n", await stage.ReadAsync(File), StringComparison.Ordinal);
        Assert.Equal(
            $"""
            build: pin web of web to 1.0.0

            Ada <ada@example.com> wants it so:
            checkout fails

            Bumper-Pin: argocd/web web {stage.Image("web")} 1.2.0 1.0.0 override
            Bumper-By: Ada <ada@example.com>
            Bumper-Reason: checkout fails
            Bumper-Target: main:{File}
            """,
            await stage.Repository.GitAsync(["log", "-1", "--format=%B", "main"], Stage.Token));

        await stage.PushTagsAsync("web", "1.3.0");
        var held = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal(("pinned", "pinned: 1.0.0 by image.overrideTag in the override file; 1.3.0 would be chosen"), (held.Decision, held.Reason));
        foreach (var told in new[] { "plan", "explain" })
        {
            string[] words = told == "plan" ? [told] : [told, "web"];
            Assert.Contains("pinned: 1.0.0 by image.overrideTag in the override file; 1.3.0 would be chosen", (await stage.CallAsync(words)).MustExit(0).Output, StringComparison.Ordinal);
        }

        (await LetGoAsync(stage, "web")).MustExit(0);
        Assert.DoesNotContain("overrideTag", await stage.ReadAsync(File), StringComparison.Ordinal);
        Assert.Equal(("updated", "1.3.0"), await DecideAsync(stage));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("web.helm.image-spec: image")]
    public async Task A_pin_by_the_version_holds_by_its_commit(string? annotation)
    {
        using var stage = await SetAsync(annotation);
        (await stage.RunAsync()).MustExit(0);

        (await PinAsync(stage, "1.0.0", "--with", "value")).MustExit(0);
        var held = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal("pinned", held.Decision);
        Assert.Matches(@"^pinned: \S*1\.0\.0 by commit [0-9a-f]{10} of [0-9-]{10} by Ada <ada@example.com>; \S*1\.2\.0 would be chosen$", held.Reason);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal(("pinned", "1.0.0"), await DecideAsync(stage));

        (await LetGoAsync(stage)).MustExit(0);
        Assert.Equal(("updated", "1.3.0"), await DecideAsync(stage));
        Assert.Equal(("up-to-date", "1.3.0"), await DecideAsync(stage));
    }

    [Fact]
    public async Task What_was_left_by_a_pin_is_free_when_it_ends_and_what_was_reverted_is_not()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        (await PinAsync(stage, "1.0.0", "--with", "value")).MustExit(0);
        (await LetGoAsync(stage)).MustExit(0);
        Assert.Equal(("updated", "1.2.0"), await DecideAsync(stage));

        await RevertAsync(stage);
        Assert.Equal(("rejected", "1.0.0"), await DecideAsync(stage));
        (await PinAsync(stage, "1.1.0", "--with", "value")).MustExit(0);
        (await LetGoAsync(stage)).MustExit(0);
        Assert.Equal(("rejected", "1.1.0"), await DecideAsync(stage));
        Assert.Contains("nothing is held in git; what people took back is allowed again with --allow-rejected", (await LetGoAsync(stage)).MustExit(0).Output, StringComparison.Ordinal);
        (await LetGoAsync(stage, "--allow-rejected")).MustExit(0);
        Assert.Equal(("updated", "1.2.0"), await DecideAsync(stage));
    }

    [Theory]
    [InlineData("override")]
    [InlineData("value")]
    public async Task The_revert_of_a_pin_ends_it(string way)
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        (await PinAsync(stage, "1.0.0", "--with", way)).MustExit(0);
        Assert.Equal("pinned", (await DecideAsync(stage)).Decision);
        await RevertAsync(stage);
        Assert.Equal(("up-to-date", "1.2.0"), await DecideAsync(stage));
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal(("updated", "1.3.0"), await DecideAsync(stage));
    }

    [Fact]
    public async Task An_end_that_has_come_is_put_down_by_the_bot()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        (await PinAsync(stage, "1.0.0", "--until", "7d")).MustExit(0);
        Assert.Matches(@"value: 1\.0\.0 # until [0-9-]{10}T[0-9:]{8}Z\n", await stage.ReadAsync(File));
        Assert.Equal("pinned", (await DecideAsync(stage)).Decision);

        // The days go by.
        var text = await stage.ReadAsync(File);
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.CommitAsync("Earlier", File, string.Join('\n', text!.Split('\n').Select(line => line.Contains("# until", StringComparison.Ordinal) ? line.Split("# until")[0] + "# until 2026-01-01" : line)), Stage.Token);
        await stage.Ada.PushAsync(Stage.Token);
        Assert.Equal(("up-to-date", "1.2.0"), await DecideAsync(stage));
        Assert.DoesNotContain("overrideTag", await stage.ReadAsync(File), StringComparison.Ordinal);
        var message = await stage.Repository.GitAsync(["log", "-1", "--format=%B", "main"], Stage.Token);
        Assert.Contains("\nthe end of the pin of web to 1.0.0 has come\n", message, StringComparison.Ordinal);
        Assert.Contains($"\nBumper-Unpin: argocd/web web {stage.Image("web")} 1.2.0 expired\n", message, StringComparison.Ordinal);
        Assert.Equal(("up-to-date", "1.2.0"), await DecideAsync(stage));
    }

    [Fact]
    public async Task A_rollback_goes_to_the_version_before_and_history_tells_it()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await stage.PushTagsAsync("web", "1.3.0");
        (await stage.RunAsync()).MustExit(0);

        (await stage.CallAsync("rollback", "web", "--by", "Ada", "--reason", "checkout fails")).MustExit(0);
        Assert.Contains("value: 1.2.0\n", await stage.ReadAsync(File), StringComparison.Ordinal);
        Assert.Equal("pinned", (await DecideAsync(stage)).Decision);
        // And once more, from there.
        (await stage.CallAsync("rollback", "web", "web", "--by", "Ada")).MustExit(0);
        Assert.Contains("rollback from 1.2.0", await stage.Repository.GitAsync(["log", "-1", "--format=%B", "main"], Stage.Token), StringComparison.Ordinal);
        var none = await stage.CallAsync("rollback", "web", "--by", "Ada");
        Assert.Equal((2, "bumper: the history of argocd/web knows no version of web before 1.0.0; name one with 'bumper pin'\n"), (none.ExitCode, none.Errors));

        var history = JsonNode.Parse((await stage.CallAsync("history", "web", "--output", "json")).MustExit(0).Output)!["images"]![0]!;
        Assert.Equal("1.0.0", (string?)history["pinned"]);
        Assert.Equal(
            ["pinned 1.3.0 1.0.0 Ada", "pinned 1.3.0 1.2.0 Ada", "updated 1.2.0 1.3.0 GitOpsBumper", "updated 1.0.0 1.2.0 GitOpsBumper"],
            history["history"]!.AsArray().Select(entry => $"{entry!["what"]} {entry["from"]} {entry["to"]} {entry["by"]}"));
        var text = (await stage.CallAsync("history", "web")).MustExit(0).Output;
        Assert.Matches(@"pinned +1\.3\.0 +1\.2\.0 +Ada +[0-9a-f]{10} +checkout fails", text);
    }

    [Fact]
    public async Task A_tag_that_is_not_there_is_refused_unless_forced()
    {
        using var stage = await SetAsync();
        var refused = await PinAsync(stage, "9.9.9");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("there is no tag '9.9.9', which", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--force pins without a look", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
        (await PinAsync(stage, "9.9.9", "--force")).MustExit(0);
        Assert.Equal("pinned", (await DecideAsync(stage)).Decision);
    }

    [Theory]
    [InlineData("bumper: Application 'argocd/web' has no image 'api', it has: web\n", "pin", "web", "api", "1.0.0")]
    [InlineData("bumper: no Application 'shop' in the manifests\n", "history", "shop")]
    [InlineData("bumper: tag 'a b': ", "pin", "web", "web", "a b")]
    [InlineData("bumper: --until 'soon' is no duration such as 36h or 7d, no date such as 2026-12-01, and no time such as 2026-12-01T12:00Z\n", "pin", "web", "web", "1.0.0", "--until", "soon")]
    [InlineData("bumper: --until '2020-01-01' is over already\n", "rollback", "web", "--until", "2020-01-01")]
    public async Task Mistakes_are_told_and_nothing_is_written(string expected, params string[] words)
    {
        using var stage = await SetAsync();
        var outcome = await stage.CallAsync(words);
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_dry_run_shows_the_change_and_makes_none()
    {
        using var stage = await SetAsync();
        var shown = (await PinAsync(stage, "1.1.0", "--dry-run")).MustExit(0).Output;
        Assert.Contains("\n  +    value: 1.1.0\n", shown, StringComparison.Ordinal);
        Assert.Contains("nothing was committed to main of ", shown, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_pin_of_what_stands_there_already_is_a_commit_without_a_change()
    {
        using var stage = await SetAsync();
        (await PinAsync(stage, "1.0.0", "--with", "value", "--until", "1d")).MustExit(0);
        Assert.Equal(2, await stage.CountCommitsAsync());
        Assert.Equal("", await stage.Repository.GitAsync(["diff", "--name-only", "main~1", "main"], Stage.Token));
        Assert.Equal(("pinned", "1.0.0"), await DecideAsync(stage));
    }

    [Fact]
    public async Task A_kustomization_is_pinned_by_its_version()
    {
        using var stage = await SetAsync(null);
        stage.File("apps/api/kustomization.yaml", $"resources: []\nimages:\n- name: {stage.Image("web")}\n  newTag: 1.1.0\n");
        stage.Announce(new Deployment("api", stage.Image("web")) { RenderedBy = "kustomize: {}", Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = "kustomization" } });
        await stage.PublishAsync();
        (await stage.CallAsync("pin", "api", "web", "1.0.0", "--by", "Ada")).MustExit(0);
        Assert.Contains("newTag: 1.0.0\n", await stage.ReadAsync("apps/api/kustomization.yaml"), StringComparison.Ordinal);
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("api").Decision);
        var refused = await stage.CallAsync("pin", "api", "web", "1.0.0", "--with", "override");
        Assert.Equal((2, "bumper: web has no override parameter where it is written; --with value writes the version itself\n"), (refused.ExitCode, refused.Errors));
    }

    private static Task<Outcome> PinAsync(Stage stage, string tag, params string[] more) => stage.CallAsync(["pin", "web", "web", tag, "--by", "Ada <ada@example.com>", .. more]);

    private static Task<Outcome> LetGoAsync(Stage stage, params string[] more) => stage.CallAsync(["unpin", "web", "--by", "Ada <ada@example.com>", .. more]);

    private static async Task RevertAsync(Stage stage)
    {
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", "HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token);
    }

    /// <summary>One cycle: what was decided, and the tag that stands there then.</summary>
    private static async Task<(string Decision, string Tag)> DecideAsync(Stage stage)
    {
        var image = (await stage.RunAsync()).MustExit(0).Image("web");
        var lines = (await stage.ReadAsync(File))!.Split('\n');
        var at = Array.FindIndex(lines, line => line.EndsWith("name: image.tag", StringComparison.Ordinal) || line.EndsWith("name: image", StringComparison.Ordinal));
        return (image.Decision, lines[at + 1].Split(": ")[1].Trim('"').Split(':')[^1]);
    }

    private async Task<Stage> SetAsync(string? annotation = null)
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0", "1.2.0");
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (annotation?.Split(": ") is [var key, var value])
            annotations[key] = value;
        stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = annotation is null ? "1.0.0" : null, Annotations = annotations });
        await stage.PublishAsync();
        return stage;
    }
}
