using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Api.Approvals;

/// <summary>Everybody sees what waits of what they may change.</summary>
public sealed class ApprovalListTests
{
    [Fact]
    public async Task What_a_caller_may_decide_about_is_listed_however_much_there_is_besides()
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Reports.InsertRange(0, Enumerable.Range(0, 1_200).Select(number => ApprovalStage.Of(new NamespacedName("others", $"a{number}"), ApprovalStage.Image(ApprovalStage.Asked(ApprovalStage.Waiting)))));
        stage.Cluster.Tokens["token-of-eve"] = ("eve", []);
        stage.Cluster.Rights["eve others"] = true;
        stage.Cluster.Rights["ada others/a7"] = true;

        var all = (await stage.GetAsync(ApprovalStage.List, "eve")).Body["approvals"]!.AsArray();
        Assert.Equal(1_000, all.Count);
        // Of the whole namespace, and of argocd/web.
        Assert.Equal(2, stage.Cluster.Count("POST", "subjectaccessreviews"));

        var mine = (await stage.GetAsync(ApprovalStage.List)).Body["approvals"]!.AsArray();
        Assert.Equal(["others/a7", "argocd/web"], mine.Select(one => (string?)one!["application"]));
        Assert.Empty((await stage.GetAsync(ApprovalStage.List, "bob")).Body["approvals"]!.AsArray());
    }

    [Fact]
    public async Task What_nobody_is_asked_about_is_not_listed()
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Report(
            ApprovalStage.Image(null, "planned", candidate: ApprovalStage.Waiting),
            ApprovalStage.Image(ApprovalStage.Asked(ApprovalStage.Waiting) with { Policy = null }, "told"),
            ApprovalStage.Image(null, "failed", DecisionKind.Failed),
            ApprovalStage.Image(ApprovalStage.Asked(ApprovalStage.Waiting), "asked"));
        var one = Assert.Single((await stage.GetAsync(ApprovalStage.List)).Body["approvals"]!.AsArray())!;
        Assert.Equal(("asked", "waiting", $"{ApprovalStage.Waiting.Digest}"), ((string?)one["alias"], (string?)one["state"], (string?)one["digest"]));
    }
}
