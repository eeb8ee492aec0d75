using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Notifying;

namespace GitOpsBumper.Tests.Notifying;

/// <summary>Pages of forges, from what their addresses say.</summary>
public sealed class ForgeLinksTests
{
    private const string Commit = "8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e";

    [Theory]
    [InlineData("https://github.com/team/deploy.git", "https://github.com/team/deploy/commit/")]
    [InlineData("git@github.com:team/deploy.git", "https://github.com/team/deploy/commit/")]
    [InlineData("https://gitlab.com/group/sub/deploy", "https://gitlab.com/group/sub/deploy/-/commit/")]
    [InlineData("https://codeberg.org/team/deploy", "https://codeberg.org/team/deploy/commit/")]
    [InlineData("ssh://git@bitbucket.org/team/deploy.git", "https://bitbucket.org/team/deploy/commits/")]
    [InlineData("https://dev.azure.com/org/The%20Project/_git/deploy", "https://dev.azure.com/org/The%20Project/_git/deploy/commit/")]
    [InlineData("https://git.example.com/team/deploy", null)]
    [InlineData("/srv/git/deploy", null)]
    [InlineData("", null)]
    public void The_page_of_a_commit_is_known_of_forges_that_everybody_knows(string repository, string? above) =>
        Assert.Equal(above is null ? null : above + Commit, ForgeLinks.OfCommit(Commit, repository, null));

    [Theory]
    [InlineData("https://git.example.com/team/deploy/-/merge_requests/7", "7", "https://git.example.com/team/deploy/-/commit/")]
    [InlineData("https://github.example.com/team/deploy/pull/12", "12", "https://github.example.com/team/deploy/commit/")]
    [InlineData("http://localhost:3000/team/deploy/pulls/3", "3", "http://localhost:3000/team/deploy/commit/")]
    [InlineData("https://bitbucket.example.com/projects/P/repos/deploy/pull-requests/4", "4", "https://bitbucket.example.com/projects/P/repos/deploy/commits/")]
    [InlineData("https://dev.azure.com/org/Shop/_git/deploy/pullrequest/9", "9", "https://dev.azure.com/org/Shop/_git/deploy/commit/")]
    [InlineData("https://git.example.com/team/deploy/-/merge_requests/new", null, null)]
    [InlineData("https://git.example.com/7", null, null)]
    [InlineData("javascript:alert(1)/pull/7", null, null)]
    public void The_address_of_a_request_says_its_number_and_whose_page_a_commit_has(string request, string? number, string? above)
    {
        Assert.Equal(number, ForgeLinks.NumberOf(request));
        Assert.Equal(above is null ? null : above + Commit, ForgeLinks.OfCommit(Commit, "https://git.example.com/team/deploy", request));
    }

    [Fact]
    public void What_was_decided_is_told_with_its_pages()
    {
        var facts = AnnouncementFacts.Of(
            new ApplicationReport
            {
                Name = new NamespacedName("argocd", "web"),
                Repository = "https://github.com/team/deploy",
                Branch = "main",
                Commit = Commit,
                Problems = [],
                Images = [],
                Changes = [],
                Failure = null,
            },
            new ImageReport
            {
                Alias = "web",
                Image = "team/web",
                Strategy = "semver",
                Constraint = "",
                Current = "1.4.2",
                Candidate = "1.5.0",
                Digest = null,
                Decision = DecisionKind.Updated,
                Reason = "",
            });
        var told = AnnouncedNotification.Of(new Announcement(new NamespacedName("argocd", "web"), AnnouncementKind.Updated, "x") { Facts = facts }, "shop", DateTimeOffset.UnixEpoch, isBeginning: false);
        Assert.Equal($"https://github.com/team/deploy/commit/{Commit}", told.CommitUrl);
        Assert.Null(told.RequestNumber);
        Assert.Equal("minor", Assert.Single(told.Changes).UpdateType);
    }
}
