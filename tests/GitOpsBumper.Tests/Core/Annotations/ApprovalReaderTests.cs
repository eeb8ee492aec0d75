namespace GitOpsBumper.Tests.Core.Annotations;

public sealed class ApprovalReaderTests
{
    [Fact]
    public void Who_has_to_approve_is_read_from_the_image_and_else_from_the_application()
    {
        var policy = Reading.Image("image-list: web=nginx", "approval: required", "approval-votes: 1", "web.approval-votes: 2", "web.approvers: release-managers, sre", "web.approval-deadline: 72h").Approval;
        Assert.NotNull(policy);
        Assert.Equal((2, TimeSpan.FromHours(72)), (policy.Votes, policy.Deadline));
        Assert.Equal(["release-managers", "sre"], policy.Groups);
        Assert.Null(Reading.Image("image-list: web=nginx", "approval: required", "web.approval: none").Approval);
        Assert.Null(Reading.Image("image-list: web=nginx").Approval);
    }

    [Theory]
    [InlineData("web.approval: yes", "allowed are required and none")]
    [InlineData("web.approval-votes: 0", "allowed are 1 to 10")]
    [InlineData("web.approval-votes: 11", "allowed are 1 to 10")]
    [InlineData("web.approval-deadline: 30s", "is not a duration from 1m to 720h")]
    [InlineData("web.rejected: -no- because", "nothing is written for the image")]
    [InlineData("web.rejected: \"1.5.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa slow\\n-no- because\"", "nothing is written for the image")]
    public void A_bad_value_stops_the_image(string line, string part)
    {
        var image = Assert.Single(Reading.Of("image-list: web=nginx", line).Images);
        Assert.Contains(part, Assert.Single(image.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web.approvers: ,")]
    [InlineData("approvers: , ,")]
    public void Approvers_that_name_nobody_are_not_everybody(string line)
    {
        var image = Assert.Single(Reading.Of("image-list: web=nginx", "web.approval: required", line).Images);
        Assert.Contains("names no group", Assert.Single(image.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_that_is_too_long_for_the_annotations_of_approvals_is_told()
    {
        var (fits, tooLong) = (new string('a', 46), new string('a', 47));
        Assert.Empty(Assert.Single(Reading.Of($"image-list: {fits}=nginx", "approval: required").Images).Problems);
        Assert.Empty(Assert.Single(Reading.Of($"image-list: {tooLong}=nginx").Images).Problems);
        Assert.Contains("allowed are 46", Assert.Single(Assert.Single(Reading.Of($"image-list: {tooLong}=nginx", "approval: required").Images).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_can_read_of_an_approval_stops_nothing()
    {
        var policy = Reading.Of("image-list: web=nginx", "web.approval: required", "web.approved: -no-", "web.approvals: [{\"by\": \"ada\"}]");
        Assert.Empty(Assert.Single(policy.Images).Problems);
        Assert.Equal(["gitopsbumper.io/web.approvals", "gitopsbumper.io/web.approved"], policy.Problems.Select(problem => problem.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Beside_approvals_no_forge_merges_by_itself()
    {
        string[] lines = ["image-list: web=nginx", "pull-request: true", "request-auto-merge: squash"];
        Assert.NotNull(Reading.Of(lines).WriteBack?.Proposal?.Options.AutoMerge);
        var policy = Reading.Of([.. lines, "web.approval: required"]);
        Assert.Null(policy.WriteBack?.Proposal?.Options.AutoMerge);
        Assert.Contains("merging is the approval", Assert.Single(policy.AllProblems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mode_that_is_not_known_writes_nothing()
    {
        Assert.False(Reading.Of("image-list: web=nginx", "mode: write").OnlyTells);
        Assert.True(Reading.Of("image-list: web=nginx", "mode: notify").OnlyTells);
        var policy = Reading.Of("image-list: web=nginx", "mode: quiet");
        Assert.True(policy.OnlyTells);
        Assert.Contains("allowed are write and notify", Assert.Single(policy.AllProblems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Votes_where_nothing_needs_approval_have_no_effect_and_say_so() =>
        Assert.Equal("gitopsbumper.io/web.approval-votes", Reading.Problem("image-list: web=nginx", "web.approval-votes: 2").Key);
}
