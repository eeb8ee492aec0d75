using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.PullRequests.Lives;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Approvals;

/// <summary>Several Applications that write to one place: what people say for one of them counts for all, on the same branch.</summary>
public sealed class SharedApprovalTests(World world)
{
    private const string Shared = "shared.yaml";

    [Fact]
    public async Task What_somebody_has_to_approve_nobody_else_writes_there()
    {
        using var stage = await SetAsync();
        Announce(stage, "prod", ("web.approval", "required"));
        Announce(stage, "stage");
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("pending", "pending"), (Decision(outcome, "prod"), Decision(outcome, "stage")));
        Assert.Contains("for Application argocd/prod, which writes to the same place; which digest that would be is not looked up", Reason(outcome, "stage"), StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());

        // A cycle that is not about the other one knows of it all the same.
        Assert.Equal("pending", Decision((await stage.RunAsync("--app", "stage")).MustExit(0), "stage"));
        Announce(stage, "prod", ("web.approval", "required"), ("web.approved", $"1.1.0@{await DigestAsync(stage)}"));
        Assert.Equal("updated", Decision((await stage.RunAsync()).MustExit(0), "prod"));
        outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("up-to-date", "up-to-date"), (Decision(outcome, "prod"), Decision(outcome, "stage")));
    }

    [Fact]
    public async Task What_is_rejected_for_one_is_written_for_none()
    {
        using var stage = await SetAsync();
        Announce(stage, "prod", ("web.rejected", "1.1.0 breaks the checkout"));
        Announce(stage, "stage");
        foreach (var _ in new[] { "once", "and once more" })
        {
            var outcome = (await stage.RunAsync()).MustExit(0);
            Assert.Equal(("rejected", "rejected"), (Decision(outcome, "prod"), Decision(outcome, "stage")));
            Assert.Contains("(breaks the checkout) of argocd/prod", Reason(outcome, "stage"), StringComparison.Ordinal);
        }

        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task Another_branch_is_another_place()
    {
        using var stage = await SetAsync();
        await stage.Ada.PushAsync(Stage.Token, "staging");
        Announce(stage, "prod", ("web.approval", "required"), ("update-window", "!2020-01-01..2099-01-01"));
        Announce(stage, "stage", ("git-branch", "staging"));
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("pending", "updated"), (Decision(outcome, "prod"), Decision(outcome, "stage")));
    }

    [Fact]
    public async Task What_people_merge_for_one_is_not_written_past_them_for_another()
    {
        await using var play = await RequestStage.SetAsync(world);
        var stage = play.Stage;
        await FillAsync(stage);
        Announce(stage, "prod", ("pull-request", "true"), ("web.approval", "required"));
        Announce(stage, "stage");
        var outcome = (await play.RunAsync()).MustExit(0);
        Assert.Equal("pending", Decision(outcome, "stage"));
        Assert.Contains("waits for the merge of the request of Application argocd/prod", Reason(outcome, "stage"), StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
        Assert.Single(play.Forge.Open);
    }

    [Fact]
    public async Task An_approved_version_that_was_taken_back_is_not_written_for_the_sake_of_its_approval()
    {
        using var stage = await SetAsync();
        Announce(stage, "prod", ("web.approval", "required"), ("web.approved", $"1.1.0@{await DigestAsync(stage)}"));
        Assert.Equal("updated", Decision((await stage.RunAsync()).MustExit(0), "prod"));
        stage.File(Shared, "web: {tag: 1.0.0}\n");
        await stage.PublishAsync();
        Assert.Equal("rejected", Decision((await stage.RunAsync()).MustExit(0), "prod"));
    }

    private async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(world);
        await FillAsync(stage);
        return stage;
    }

    private static async Task FillAsync(Stage stage)
    {
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.File(Shared, "web: {tag: 1.0.0}\n");
        await stage.PublishAsync();
    }

    /// <summary>Of all tags.</summary>
    private static async Task<string> DigestAsync(Stage stage) => $"{await stage.Registry.Images.PushTagsAsync(stage.RepositoryPath("web"), ["1.1.0"], Stage.Token)}";

    private static void Announce(Stage stage, string name, params (string Key, string Value)[] more)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = $"helmvalues:/{Shared}", ["web.helm.image-tag"] = "web.tag" };
        foreach (var (key, value) in more)
            annotations[key] = value;
        stage.Announce(new Deployment(name, stage.Image("web")) { Annotations = annotations });
    }

    private static string? Decision(Outcome outcome, string name) => (string?)outcome.Application(name)["images"]![0]!["decision"];

    private static string Reason(Outcome outcome, string name) => (string?)outcome.Application(name)["images"]![0]!["reason"] ?? "";
}
