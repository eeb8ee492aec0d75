using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Controller.Reconciling;

public sealed class DecisionJournalTests
{
    private static readonly NamespacedName Web = new("argocd", "web");
    private readonly DecisionJournal _journal = new();

    [Fact]
    public void A_state_that_lasts_is_told_once()
    {
        var report = Report(Image(DecisionKind.Failed, "the registry says no"));
        Assert.Equal([new Announcement(Web, AnnouncementKind.Failed, "web (team/web): the registry says no")], Read(report));
        Assert.Empty(Read(report));
    }

    [Fact]
    public void What_is_over_and_comes_back_is_told_again()
    {
        var report = Report(Image(DecisionKind.Pinned, "1.0 by the override file"));
        Assert.Equal(AnnouncementKind.Pinned, Assert.Single(Read(report)).Kind);
        Assert.Empty(Read(Report(Image(DecisionKind.UpToDate, "it is the newest"))));
        Assert.Single(Read(report));
    }

    [Fact]
    public void A_new_reason_is_told()
    {
        Read(Report(Image(DecisionKind.Failed, "one")));
        Assert.EndsWith("two", Assert.Single(Read(Report(Image(DecisionKind.Failed, "two")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_update_is_told_with_where_it_went()
    {
        var report = Report(Image(DecisionKind.Updated, "newer") with { Current = "1.0", Candidate = "1.1", Digest = "sha256:ab" }) with { Commit = "0123456789abcdef", Branch = "main" };
        var told = new Announcement(Web, AnnouncementKind.Updated, "web (team/web) from 1.0 to 1.1@sha256:ab with commit 0123456789 on main of https://git.example.com/a.git");
        Assert.Equal([told], Read(report));
        Assert.Equal([told], Read(report));
    }

    [Fact]
    public void What_fails_for_the_application_is_told_once_and_not_for_each_image()
    {
        var report = Report(Image(DecisionKind.Failed, "no such branch"), Image(DecisionKind.Failed, "no such branch")) with { Failure = "no such branch" };
        Assert.Equal([new Announcement(Web, AnnouncementKind.Failed, "no such branch")], Read(report));
    }

    [Fact]
    public void Problems_are_told_with_their_key()
    {
        var report = Report() with { Problems = [new Problem("gitopsbumper.io/web.pinn", "1", "it is not known, did you mean pin?")] };
        Assert.Equal([new Announcement(Web, AnnouncementKind.Problem, "gitopsbumper.io/web.pinn: it is not known, did you mean pin?")], Read(report));
    }

    [Fact]
    public void An_application_that_went_and_came_back_is_told_of_anew()
    {
        var report = Report(Image(DecisionKind.Failed, "no"));
        Read(report);
        _journal.Forget(name => name != Web);
        Assert.Empty(Read(report));
        _journal.Forget(name => name == Web);
        Assert.Single(Read(report));
    }

    [Fact]
    public void What_was_told_holds_until_a_report_says_otherwise_or_its_application_is_gone()
    {
        var report = Report(Image(DecisionKind.Failed, "no"));
        var told = Assert.Single(Read(report));
        Assert.True(_journal.Holds(told));
        Read(Report(Image(DecisionKind.UpToDate, "it is the newest")));
        Assert.False(_journal.Holds(told));
        Read(report);
        _journal.Forget(_ => true);
        Assert.False(_journal.Holds(told));
        Assert.True(_journal.Holds(told with { Kind = AnnouncementKind.Updated }));
    }

    private static ImageReport Image(DecisionKind decision, string reason) => new()
    {
        Alias = "web",
        Image = "team/web",
        Strategy = "semver",
        Constraint = "",
        Current = null,
        Candidate = null,
        Digest = null,
        Decision = decision,
        Reason = reason,
    };

    private IReadOnlyList<Announcement> Read(ApplicationReport application) =>
        _journal.Read(new CycleReport { Applications = [application], Requests = new RequestCounts(0, 0, 0, 0), Duration = TimeSpan.Zero });

    private static ApplicationReport Report(params ImageReport[] images) => new()
    {
        Name = Web,
        Repository = "https://git.example.com/a.git",
        Branch = null,
        Commit = null,
        Problems = [],
        Images = images,
        Changes = [],
        Failure = null,
    };
}
