using GitOpsBumper.Controller;
using GitOpsBumper.Core.Approvals;

namespace GitOpsBumper.Tests.Api.Approvals;

/// <summary>What people say of versions by the API is noted in the Application, once, and judged by it as it is.</summary>
public sealed class ApprovalDecisionTests
{
    [Fact]
    public async Task Without_a_key_an_approval_is_the_annotation()
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Key = null;
        var reply = await stage.ApproveAsync();
        Assert.Equal((200, "approved"), (reply.Status, reply.State));
        Assert.Equal($"{ApprovalStage.Waiting}", stage.Annotation("approved"));
    }

    [Fact]
    public async Task Without_a_key_no_vote_can_be_noted()
    {
        await using var stage = await ApprovalStage.SetAsync(("approval-votes", "2"));
        stage.Report(ApprovalStage.Image(ApprovalStage.Asked(ApprovalStage.Waiting, votes: 2)));
        stage.Key = null;
        var reply = await stage.ApproveAsync();
        Assert.Equal((503, (TimeSpan?)null), (reply.Status, reply.RetryAfter));
        Assert.Contains("has no key 'approval.key'", reply.Reason, StringComparison.Ordinal);
        Assert.Null(stage.Annotation("approved"));
    }

    [Fact]
    public async Task Saying_it_twice_is_saying_it_once_also_when_the_version_is_written_since()
    {
        await using var stage = await ApprovalStage.SetAsync(("approval-votes", "1"));
        Assert.Equal("approved", (await stage.ApproveAsync()).State);
        var votes = stage.Annotation("approvals");
        Assert.Equal("approved", (await stage.ApproveAsync()).State);
        stage.Report(ApprovalStage.Image(null, decision: DecisionKind.UpToDate, candidate: ApprovalStage.Waiting));
        var again = await stage.ApproveAsync();
        Assert.Equal((200, "approved", "user ada"), (again.Status, again.State, (string?)again.Body["votes"]![0]));
        Assert.Equal(votes, stage.Annotation("approvals"));
        Assert.Equal(1, stage.Cluster.Count("PATCH", "applications/web"));
        // Nobody has said anything of that one.
        Assert.Equal(409, (await stage.ApproveAsync(version: ApprovalStage.Version("1.5.0", 'b'))).Status);
    }

    [Fact]
    public async Task What_somebody_else_said_does_not_answer_for_the_caller()
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Cluster.Rights["bob argocd/web"] = true;
        Assert.Equal("approved", (await stage.ApproveAsync()).State);
        stage.Report(ApprovalStage.Image(null, decision: DecisionKind.UpToDate, candidate: ApprovalStage.Waiting));
        Assert.Equal(409, (await stage.ApproveAsync("bob")).Status);
    }

    [Fact]
    public async Task Two_votes_at_the_same_moment_are_both_noted()
    {
        await using var stage = await ApprovalStage.SetAsync(("approval-votes", "2"));
        stage.Report(ApprovalStage.Image(ApprovalStage.Asked(ApprovalStage.Waiting, votes: 2)));
        stage.Cluster.Rights["bob argocd/web"] = true;
        // Both have read the Application before one of them writes.
        var arrived = 0;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Cluster.BeforePatch = () =>
        {
            if (Interlocked.Increment(ref arrived) == 2)
                both.TrySetResult();
            return both.Task;
        };
        var replies = await Task.WhenAll(stage.ApproveAsync(), stage.ApproveAsync("bob"));
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.Equal(["approved", "waiting"], replies.Select(reply => reply.State).Order(StringComparer.Ordinal));
        Assert.Equal(3, stage.Cluster.Count("PATCH", "applications/web"));
        Assert.Equal(2, stage.Annotation("approvals")!.Split('\n').Length);
    }

    [Fact]
    public async Task Whoever_has_seen_another_version_than_the_Application_says_decides_nothing()
    {
        await using var stage = await ApprovalStage.SetAsync(("approval-request", $"{new ApprovalRequest(ApprovalStage.Version("1.6.0", 'c'), DateTimeOffset.UnixEpoch)}"));
        var reply = await stage.ApproveAsync();
        Assert.Equal(409, reply.Status);
        Assert.Contains("1.6.0@sha256:ccc", reply.Reason, StringComparison.Ordinal);
        Assert.Equal(409, (await stage.ApproveAsync(version: ApprovalStage.Version("1.5.0", 'b'))).Status);
        Assert.Null(stage.Annotation("approvals"));
        stage.Cluster.Annotate(ApprovalStage.Web, ApprovalStage.Prefix + "approval-request", $"{new ApprovalRequest(ApprovalStage.Waiting, DateTimeOffset.UnixEpoch)}");
        Assert.Equal("approved", (await stage.ApproveAsync()).State);
    }

    [Fact]
    public async Task The_rules_are_those_of_the_Application_as_it_is_and_not_as_it_was_reported()
    {
        await using var stage = await ApprovalStage.SetAsync(("approvers", "sre"));
        var reply = await stage.ApproveAsync();
        Assert.Equal(403, reply.Status);
        Assert.Contains("it takes one of the groups sre", reply.Reason, StringComparison.Ordinal);
        Assert.Equal(403, (await stage.RejectAsync()).Status);
        stage.Cluster.Annotate(ApprovalStage.Web, ApprovalStage.Prefix + "approvers", "team");
        stage.Cluster.Annotate(ApprovalStage.Web, ApprovalStage.Prefix + "approval-votes", "2");
        reply = await stage.ApproveAsync();
        Assert.Equal(("waiting", 1, "team"), (reply.State, (int?)reply.Body["missing"], (string?)reply.Body["approvers"]![0]));
        stage.Cluster.Annotate(ApprovalStage.Web, ApprovalStage.Prefix + "approval", null);
        stage.Cluster.Annotate(ApprovalStage.Web, ApprovalStage.Prefix + "approvals", null);
        Assert.Equal(409, (await stage.ApproveAsync()).Status);
    }

    [Fact]
    public async Task A_version_that_somebody_rejected_meanwhile_is_answered_as_rejected()
    {
        await using var stage = await ApprovalStage.SetAsync(("rejected", $"{ApprovalStage.Waiting} breaks the checkout"));
        var reply = await stage.ApproveAsync();
        Assert.Equal((200, "rejected"), (reply.Status, reply.State));
        Assert.Contains("breaks the checkout", reply.Reason, StringComparison.Ordinal);
        Assert.Null(stage.Annotation("approvals"));
    }

    [Fact]
    public async Task A_rejection_says_who_and_why_once()
    {
        await using var stage = await ApprovalStage.SetAsync();
        foreach (var _ in new[] { "once", "and once more" })
        {
            var reply = await stage.RejectAsync();
            Assert.Equal((200, "rejected"), (reply.Status, reply.State));
            Assert.Contains("breaks the checkout (user ada)", reply.Reason, StringComparison.Ordinal);
            stage.Report(ApprovalStage.Image(null, decision: DecisionKind.Rejected, candidate: ApprovalStage.Waiting));
        }

        Assert.Equal($"{ApprovalStage.Waiting} breaks the checkout (user ada)", stage.Annotation("rejected"));
        Assert.Equal(1, stage.Cluster.Count("PATCH", "applications/web"));
    }

    [Theory]
    [InlineData(DecisionKind.Pending)]
    [InlineData(DecisionKind.Held)]
    [InlineData(DecisionKind.WouldUpdate)]
    [InlineData(DecisionKind.Failed)]
    internal async Task Whatever_is_on_its_way_can_be_rejected(DecisionKind decision)
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Report(ApprovalStage.Image(null, decision: decision, candidate: ApprovalStage.Waiting));
        Assert.Equal(409, (await stage.ApproveAsync()).Status);
        Assert.Equal(409, (await stage.RejectAsync(version: ApprovalStage.Version("1.4.0", 'a'))).Status);
        Assert.Equal(409, (await stage.RejectAsync(version: ApprovalStage.Version("1.5.0", 'b'))).Status);
        Assert.Null(stage.Annotation("rejected"));
        Assert.Equal("planned", (await stage.GetAsync(ApprovalStage.Path)).State);
        Assert.Equal("rejected", (await stage.RejectAsync()).State);
        Assert.StartsWith($"{ApprovalStage.Waiting} ", stage.Annotation("rejected"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DecisionKind.UpToDate)]
    [InlineData(DecisionKind.Updated)]
    [InlineData(DecisionKind.Pinned)]
    [InlineData(DecisionKind.NoCandidate)]
    internal async Task What_is_in_git_already_is_not_rejected(DecisionKind decision)
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Report(ApprovalStage.Image(null, decision: decision, candidate: ApprovalStage.Waiting));
        Assert.Equal(409, (await stage.RejectAsync()).Status);
        Assert.Equal(409, (await stage.GetAsync(ApprovalStage.Path)).Status);
    }

    [Fact]
    public async Task A_tag_alone_is_rejected_with_every_digest()
    {
        await using var stage = await ApprovalStage.SetAsync();
        Assert.Equal("rejected", (await stage.SendAsync("POST", ApprovalStage.Path, """{"tag": "1.5.0", "digest": null, "reject": true, "reason": "no"}""", "token-of-ada")).State);
        Assert.Equal("1.5.0 no (user ada)", stage.Annotation("rejected"));
    }

    [Fact]
    public async Task A_tag_alone_is_rejected_with_every_digest_also_when_one_of_them_was_rejected_before()
    {
        const string wholeTag = """{"tag": "1.5.0", "reject": true, "reason": "bad"}""";
        var old = $"{ApprovalStage.Waiting} breaks the checkout";
        await using var stage = await ApprovalStage.SetAsync(("rejected", old));
        stage.Report(ApprovalStage.Image(ApprovalStage.Asked(ApprovalStage.Version("1.5.0", 'b'))));
        foreach (var _ in new[] { "once", "and once more" })
        {
            var reply = await stage.SendAsync("POST", ApprovalStage.Path, wholeTag, "token-of-ada");
            Assert.Equal((200, "rejected"), (reply.Status, reply.State));
            Assert.Contains("bad (user ada)", reply.Reason, StringComparison.Ordinal);
            Assert.Equal($"1.5.0 bad (user ada)\n{old}", stage.Annotation("rejected"));
        }

        Assert.Equal(1, stage.Cluster.Count("PATCH", "applications/web"));
    }

    [Fact]
    public async Task Who_takes_a_rejection_back_has_not_approved()
    {
        await using var stage = await ApprovalStage.SetAsync(("approved", $"{ApprovalStage.Waiting}"));
        Assert.Equal("approved", (await stage.ApproveAsync()).State);
        Assert.NotNull(stage.Annotation("approvals"));
        Assert.Equal("rejected", (await stage.RejectAsync()).State);
        Assert.Equal((null, null), (stage.Annotation("approved"), stage.Annotation("approvals")));
    }

    [Fact]
    public async Task A_digest_of_a_tag_that_is_rejected_is_rejected_already()
    {
        await using var stage = await ApprovalStage.SetAsync(("rejected", "1.5.0 bad"));
        var reply = await stage.RejectAsync();
        Assert.Equal((200, "rejected"), (reply.Status, reply.State));
        Assert.Equal("1.5.0 bad", stage.Annotation("rejected"));
    }

    [Theory]
    [InlineData("/api/v1/approvals/argocd/web/team/web")]
    [InlineData("/api/v1/approvals/argocd/web/team_web")]
    [InlineData("/api/v1/approvals/argocd/web/team%2Fweb")]
    public async Task An_alias_may_have_a_slash(string path)
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Cluster.Put(ApprovalStage.Web, ("gitopsbumper.io/image-list", "team/web=registry.example.com/team/web:~1"), ("gitopsbumper.io/team_web.approval", "required"));
        stage.Report(ApprovalStage.Image(ApprovalStage.Asked(ApprovalStage.Waiting), "team/web"));
        Assert.Equal("team/web", (string?)(await stage.GetAsync(path)).Body["alias"]);
        Assert.Equal("approved", (await stage.ApproveAsync(path: path)).State);
        Assert.NotNull(stage.Cluster.Annotation(ApprovalStage.Web, "gitopsbumper.io/team_web.approvals"));
    }
}
