using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Plumbing;

namespace GitOpsBumper.Tests.Adapters.Git.Plumbing;

public sealed class PushReportTests
{
    private static readonly CommitId Old = CommitId.Parse(new string('a', 40))!;
    private static readonly CommitId New = CommitId.Parse(new string('b', 40))!;

    [Fact]
    public void Each_branch_has_its_outcome()
    {
        var outcomes = Read(
            $"""
            To https://git.example.com/a
             	{New}:refs/heads/main	aaaaaaa..bbbbbbb
            *	{New}:refs/heads/new	[new branch]
            =	{New}:refs/heads/same	[up to date]
            !	{New}:refs/heads/late	[rejected] (stale info)
            !	{New}:refs/heads/guarded	[remote rejected] (protected branch hook declined)
            Done
            """,
            "main", "new", "same", "late", "guarded", "unheard");

        Assert.Equal(
            [
                ("main", new PushOutcome.Pushed()), ("new", new PushOutcome.Pushed()), ("same", new PushOutcome.Pushed()), ("late", new PushOutcome.LostRace()),
                ("guarded", new PushOutcome.Rejected("protected branch hook declined")),
            ],
            outcomes);
    }

    [Theory]
    [InlineData("[rejected] (stale info)")]
    [InlineData("[rejected] (fetch first)")]
    [InlineData("[rejected] (non-fast-forward)")]
    [InlineData("[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)")]
    [InlineData("[remote rejected] (failed to update ref)")]
    [InlineData("[remote rejected] (incorrect old value provided)")]
    public void A_branch_that_moved_is_a_lost_race(string summary) =>
        Assert.Equal([("main", new PushOutcome.LostRace())], Read($"!\t{New}:refs/heads/main\t{summary}\n", "main"));

    [Fact]
    public void A_refusal_has_the_words_of_the_server()
    {
        var outcome = Read($"!\t{New}:refs/heads/main\t[remote rejected] (pre-receive hook declined)\n", "main", error: "remote: Ask the \u001b[31mplatform team.\nremote: Thank you.\nerror: failed to push some refs\n");

        Assert.Equal([("main", new PushOutcome.Rejected("pre-receive hook declined: Ask the  [31mplatform team.; Thank you."))], outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fatal: unable to access\n")]
    [InlineData("!\tx\n\t\n\n")]
    public void What_is_no_report_says_nothing_about_any_branch(string output) =>
        Assert.Empty(Read(output, "main"));

    private static List<(string Branch, PushOutcome Outcome)> Read(string output, params string[] branches) => Read(output, branches, "");

    private static List<(string Branch, PushOutcome Outcome)> Read(string output, string branch, string error) => Read(output, [branch], error);

    private static List<(string Branch, PushOutcome Outcome)> Read(string output, string[] branches, string error)
    {
        var outcomes = PushReport.Parse(output, error, [.. branches.Select(branch => new RefUpdate(Branch(branch), Old, New))]);
        return [.. branches.Where(branch => outcomes.ContainsKey(Branch(branch))).Select(branch => (branch, outcomes[Branch(branch)]))];
    }

    private static BranchName Branch(string name) => BranchName.TryParse(name, out var branch, out var problem) ? branch : throw new ArgumentException(problem, nameof(name));
}
