using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Requests;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Tests.Core.Annotations.Requests;

/// <summary>What annotations say of requests, and what they cannot say.</summary>
public sealed class PullRequestReaderTests
{
    private const string List = "image-list: web=nginx";
    private const string On = "pull-request: true";

    [Fact]
    public void Changes_are_written_to_the_branch_itself_unless_somebody_says_otherwise()
    {
        Assert.Null(Fine(List).WriteBack!.Proposal);
        Assert.Null(Fine(List, "pull-request: false").WriteBack!.Proposal);
        Assert.Null(Fine(List, "pull-request: ").WriteBack!.Proposal);
    }

    [Fact]
    public void The_switch_alone_is_enough()
    {
        var proposal = Proposal();
        Assert.Equal((null, null, RequestUpdate.Replace), (proposal.Forge, proposal.Group, proposal.Update));
        Assert.True(proposal.Options.IsEmpty);
        Assert.False(proposal.Options.IsDraft);
    }

    [Theory]
    [InlineData("github")]
    [InlineData("gitlab")]
    [InlineData("gitea")]
    [InlineData("bitbucket-cloud")]
    [InlineData("bitbucket-server")]
    [InlineData("azure-devops")]
    public void The_switch_may_name_the_forge(string forge) => Assert.Equal(forge, Fine(List, $"pull-request: {forge}").WriteBack!.Proposal!.Forge);

    [Fact]
    public void Everything_can_be_said()
    {
        var proposal = Proposal(
            "group: backend", "request-update: append", "request-labels: dependencies , a b,,dependencies", "request-reviewers: ada, team/deployers", "request-assignees: grace", "request-auto-merge: squash");
        Assert.Equal(("backend", RequestUpdate.Append, false, MergeMethod.Squash), (proposal.Group, proposal.Update, proposal.Options.IsDraft, proposal.Options.AutoMerge));
        Assert.Equal(["dependencies", "a b"], proposal.Options.Labels);
        Assert.Equal(["ada", "team/deployers"], proposal.Options.Reviewers);
        Assert.Equal(["grace"], proposal.Options.Assignees);
    }

    [Theory]
    [InlineData("merge", MergeMethod.Merge)]
    [InlineData("true", MergeMethod.Merge)]
    [InlineData("squash", MergeMethod.Squash)]
    [InlineData("rebase", MergeMethod.Rebase)]
    [InlineData("false", null)]
    [InlineData("", null)]
    public void A_request_may_be_merged_by_itself(string text, MergeMethod? method) => Assert.Equal(method, Proposal($"request-auto-merge: {text}").Options.AutoMerge);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void A_request_may_be_a_draft(string text, bool isDraft) => Assert.Equal(isDraft, Proposal($"request-draft: {text}").Options.IsDraft);

    [Fact]
    public void A_draft_that_is_not_to_be_merged_by_itself_says_nothing_twice() => Assert.True(Proposal("request-draft: true", "request-auto-merge: false").Options.IsDraft);

    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("Back.end_2-x")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0")]
    public void A_group_has_a_name_that_branches_may_have(string name) => Assert.Equal(name, Proposal($"group: {name}").Group);

    [Theory]
    [InlineData("pull-request: yes", "'yes' does not say whether requests are opened; allowed are true, false, and the name of a forge: github, gitlab, gitea, bitbucket-cloud, bitbucket-server, azure-devops")]
    [InlineData("pull-request: True", "'True' does not say whether requests are opened; allowed are true, false, and the name of a forge: github, gitlab, gitea, bitbucket-cloud, bitbucket-server, azure-devops")]
    [InlineData("pull-request: bitbucket", "'bitbucket' does not say whether requests are opened; allowed are true, false, and the name of a forge: github, gitlab, gitea, bitbucket-cloud, bitbucket-server, azure-devops")]
    [InlineData("group: a/b", "'a/b' is no name of a group; allowed are up to 63 letters, digits, '-', '_' and '.', the first a letter or digit")]
    [InlineData("group: .a", "'.a' is no name of a group; allowed are up to 63 letters, digits, '-', '_' and '.', the first a letter or digit")]
    [InlineData("group: é", "'é' is no name of a group; allowed are up to 63 letters, digits, '-', '_' and '.', the first a letter or digit")]
    [InlineData("request-update: rebase", "'rebase' does not say how an open request gets something newer; allowed are append and replace")]
    [InlineData("request-draft: yes", "'yes' is neither true nor false")]
    [InlineData("request-auto-merge: fast-forward", "'fast-forward' does not say how requests are merged by themselves; allowed are merge, squash, rebase and false")]
    [InlineData("request-labels: a\u0001b", "'a\u0001b' is no name; allowed are up to 255 characters, none of them a control character")]
    [InlineData("request-reviewers: ada,a\tb", "'a\tb' is no name; allowed are up to 255 characters, none of them a control character")]
    [InlineData("request-assignees: a\nb", "'a\nb' is no name; allowed are up to 255 characters, none of them a control character")]
    public void A_mistake_is_told_with_what_is_allowed_and_stops_the_Application(string line, string message)
    {
        string[] lines = line.StartsWith(On.Split(':')[0], StringComparison.Ordinal) ? [List, line] : [List, On, line];
        var policy = Reading.Of(lines);
        var problem = Assert.Single(policy.AllProblems);
        Assert.Equal((AnnotationKeys.Prefix + line.Split(": ")[0], message), (problem.Key, problem.Message));
        Assert.Null(policy.WriteBack);
    }

    [Fact]
    public void A_name_of_a_group_that_is_too_long_and_too_many_names_are_told()
    {
        Assert.StartsWith("'aaa", Reading.Problem(List, On, $"group: {new string('a', 64)}").Message, StringComparison.Ordinal);
        Assert.Equal("101 names are given, allowed are 100", Reading.Problem(List, On, $"request-reviewers: {string.Join(',', Enumerable.Range(0, 101))}").Message);
        Assert.Contains("up to 255 characters", Reading.Problem(List, On, $"request-labels: {new string('a', 256)}").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_is_not_merged_by_itself()
    {
        var problem = Reading.Problem(List, On, "request-draft: true", "request-auto-merge: merge");
        Assert.Equal(
            (AnnotationKeys.Prefix + AnnotationKeys.RequestAutoMerge, "a draft is not merged by itself; allowed is one of request-draft and request-auto-merge"), (problem.Key, problem.Message));
    }

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(3, Reading.Of(List, "pull-request: svn", "group: -", "request-draft: 1").AllProblems.Count());

    [Theory]
    [InlineData("group: backend")]
    [InlineData("request-update: append")]
    [InlineData("request-labels: a")]
    [InlineData("request-reviewers: ada")]
    [InlineData("request-assignees: ada")]
    [InlineData("request-draft: true")]
    [InlineData("request-auto-merge: merge")]
    public void What_only_means_something_to_requests_is_told_to_have_no_effect_without_them(string line)
    {
        foreach (string[] lines in new[] { [List, line], new[] { List, line, "pull-request: false" } })
        {
            var policy = Reading.Of(lines);
            var problem = Assert.Single(policy.AllProblems);
            Assert.Equal(AnnotationKeys.Prefix + line.Split(": ")[0], problem.Key);
            Assert.Equal(
                $"'{line.Split(": ")[1]}' has no effect: changes are written to the branch itself; requests are opened with gitopsbumper.io/pull-request: \"true\"", problem.Message);
            Assert.NotNull(policy.WriteBack);
            Assert.Empty(Assert.Single(policy.Images).Problems);
        }
    }

    [Theory]
    [InlineData("pull-request: true")]
    [InlineData("pull-request: nonsense")]
    [InlineData("group: backend")]
    [InlineData("request-update: append")]
    [InlineData("request-labels: a")]
    [InlineData("request-reviewers: ada")]
    [InlineData("request-assignees: ada")]
    [InlineData("request-draft: true")]
    [InlineData("request-auto-merge: merge")]
    public void Beside_method_argocd_nothing_of_it_has_an_effect(string line)
    {
        var policy = Reading.Of(List, "write-back-method: argocd", line);
        var problem = Assert.Single(policy.AllProblems);
        Assert.Equal(AnnotationKeys.Prefix + line.Split(": ")[0], problem.Key);
        Assert.Equal($"'{line.Split(": ")[1]}' has no effect: write-back method argocd changes the Application itself and writes nothing to git", problem.Message);
        Assert.Equal((WriteBackMethod.ArgoCd, null), (policy.WriteBack!.Method, policy.WriteBack.Proposal));
    }

    [Fact]
    public void The_branch_of_a_group_is_not_named_by_a_template()
    {
        var problem = Reading.Problem(List, On, "group: backend", "git-branch: main:up-{{ .AppName }}");
        Assert.EndsWith("/git-branch", problem.Key, StringComparison.Ordinal);
        Assert.Equal("the branch of a request for a group is named after the group; allowed is git-branch without a template, or no group", problem.Message);
        Assert.Equal("backend", Proposal("group: backend", "git-branch: main").Group);
        Assert.NotNull(Proposal("git-branch: main:up-{{ .AppName }}"));
    }

    [Fact]
    public void The_keys_are_ours_alone()
    {
        var policy = Reading.Of(List, "argocd-image-updater.argoproj.io/pull-request: true");
        Assert.Contains("'pull-request'", Assert.Single(policy.AllProblems).Message, StringComparison.Ordinal);
        Assert.Null(policy.WriteBack!.Proposal);
    }

    [Fact]
    public void What_the_operator_says_holds_where_the_Application_is_silent()
    {
        var defaults = new PullRequestDefaults { Proposes = true, Update = RequestUpdate.Append, Labels = ["all"] };
        var silent = Under(defaults).WriteBack!.Proposal!;
        Assert.Equal((RequestUpdate.Append, "all"), (silent.Update, Assert.Single(silent.Options.Labels)));
        var own = Under(defaults, "request-update: replace", "request-labels: own").WriteBack!.Proposal!;
        Assert.Equal((RequestUpdate.Replace, "own"), (own.Update, Assert.Single(own.Options.Labels)));
        Assert.Equal("backend", Under(defaults, "group: backend").WriteBack!.Proposal!.Group);
        Assert.Null(Under(defaults, "pull-request: false").WriteBack!.Proposal);
        // An empty value is none.
        Assert.Equal("all", Assert.Single(Under(defaults, "request-labels: ").WriteBack!.Proposal!.Options.Labels));

        var cluster = Under(defaults, "write-back-method: argocd");
        Assert.Null(cluster.WriteBack!.Proposal);
        Assert.Empty(cluster.AllProblems);
    }

    private static PullRequestPolicy Proposal(params string[] lines) => Fine([List, On, .. lines]).WriteBack!.Proposal!;

    private static ApplicationPolicy Fine(params string[] lines)
    {
        var policy = Reading.Of(lines);
        Assert.Empty(policy.AllProblems);
        return policy;
    }

    private static ApplicationPolicy Under(PullRequestDefaults defaults, params string[] lines) =>
        AnnotationReader.Read(Reading.App([Reading.HelmSource], [List, .. lines]), new AnnotationDefaults { PullRequests = defaults })!;
}
