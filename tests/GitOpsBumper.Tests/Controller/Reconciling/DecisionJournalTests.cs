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
    public void What_is_held_is_told_once_and_again_when_its_reason_changes()
    {
        Assert.Equal([new Announcement(Web, AnnouncementKind.Held, "web (team/web): 1.5.0 has no signature")], Read(Report(Image(DecisionKind.Held, "1.5.0 has no signature"))));
        Assert.Empty(Read(Report(Image(DecisionKind.Held, "1.5.0 has no signature"))));
        Assert.Single(Read(Report(Image(DecisionKind.Held, "1.5.1 has no signature"))));
    }

    [Fact]
    public void A_version_that_waits_for_approval_is_told_once_and_one_that_has_waited_for_too_long_not_again()
    {
        Assert.True(GitOpsBumper.Core.Images.ImageVersion.TryParse($"1.5.0@sha256:{new string('a', 64)}", out var version, out _));
        var waiting = new GitOpsBumper.Core.Approvals.WaitingVersion(version, new GitOpsBumper.Core.Approvals.ApprovalPolicy(2, [], null), []);
        var image = Image(DecisionKind.Pending, "waits");
        Assert.Equal([new Announcement(Web, AnnouncementKind.PendingApproval, "web (team/web): 1.5.0 (sha256:aaaaaaaaaaaa) waits for approval")], Read(Report(image with { Asked = waiting })));
        Assert.Empty(Read(Report(image with { Asked = waiting with { By = ["user ada"], Until = DateTimeOffset.UnixEpoch }, Reason = "waits for one more" })));
        Assert.Empty(Read(Report(image with { Asked = waiting with { IsExpired = true } })));
        Assert.Empty(Read(Report(image with { Asked = waiting with { IsExpired = true } })));
        Assert.Single(Read(Report(image with { Asked = waiting with { Version = version with { Digest = Other('b') } } })));

        static GitOpsBumper.Core.Images.Digest Other(char digit) => GitOpsBumper.Core.Images.Digest.TryParse($"sha256:{new string(digit, 64)}", out var digest, out _) ? digest : throw new InvalidOperationException();
    }

    [Theory]
    [InlineData("registry hub.example.com asks to be left alone for 3599 s, longer than the 60 s that are waited", "registry hub.example.com asks to be left alone for 2400 s, longer than the 60 s that are waited")]
    [InlineData("nothing is asked of it for 12 min", "nothing is asked of it for 695 s")]
    [InlineData("nothing is asked of it for 1 h", "nothing is asked of it for 59.5 s")]
    public void That_time_passes_is_no_news(string before, string after)
    {
        Assert.Single(Read(Report(Image(DecisionKind.Failed, before))));
        Assert.Empty(Read(Report(Image(DecisionKind.Failed, after))));
        Assert.Single(Read(Report(Image(DecisionKind.Failed, $"{after} and something else"))));
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
    public void What_was_told_to_be_wrong_and_is_over_has_recovered()
    {
        _journal.Look([Report(Image(DecisionKind.Failed, "one")) with { Problems = [new Problem("gitopsbumper.io/x", "1", "it is not known")] }]);
        Assert.Empty(_journal.Look([Report(Image(DecisionKind.Failed, "two")) with { Problems = [new Problem("gitopsbumper.io/x", "2", "it is not known either")] }]).Recovered);
        var recovered = _journal.Look([Report(Image(DecisionKind.UpToDate, "it is the newest"))]).Recovered;
        Assert.Equal(
            [
                new Announcement(Web, AnnouncementKind.Recovered, "it is over: gitopsbumper.io/x: it is not known either"),
                new Announcement(Web, AnnouncementKind.Recovered, "it is over: web (team/web): two"),
            ],
            recovered);
        Assert.Empty(_journal.Look([Report(Image(DecisionKind.UpToDate, "it is the newest"))]).Recovered);
    }

    [Fact]
    public void Images_of_an_application_that_cannot_be_handled_have_not_recovered()
    {
        _journal.Look([Report(Image(DecisionKind.Failed, "one"))]);
        Assert.Empty(_journal.Look([Report(Image(DecisionKind.Failed, "no such branch")) with { Failure = "no such branch" }]).Recovered);
        Assert.Empty(_journal.Look([Report(Image(DecisionKind.Failed, "one"))]).Recovered);
        Assert.Equal(AnnouncementKind.Recovered, Assert.Single(_journal.Look([Report(Image(DecisionKind.UpToDate, "it is the newest"))]).Recovered).Kind);
    }

    [Fact]
    public void An_application_that_went_and_came_back_is_told_of_anew()
    {
        var report = Report(Image(DecisionKind.Failed, "no"));
        Read(report);
        _journal.Forget(new NamespacedName("argocd", "api"));
        Assert.Empty(Read(report));
        _journal.Forget(Web);
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
        _journal.Forget(Web);
        Assert.False(_journal.Holds(told));
        Assert.True(_journal.Holds(told with { Kind = AnnouncementKind.Updated }));
    }

    [Fact]
    public void Thousands_of_problems_are_ten_and_their_number_and_once_alone()
    {
        var report = Report() with { Problems = [.. Enumerable.Range(0, 6000).Select(number => new Problem($"gitopsbumper.io/key-{number:0000}", "1", "it is not known"))] };
        var told = Read(report);
        Assert.Equal(11, told.Count);
        Assert.Equal("gitopsbumper.io/key-0009: it is not known", told[9].Message);
        Assert.Equal(new Announcement(Web, AnnouncementKind.Problem, "and 5990 more problems"), told[10]);
        Assert.Empty(Read(report));

        // One of the first ten is mended: the next one takes its place.
        Assert.Equal(
            ["gitopsbumper.io/key-0010: it is not known", "and 5989 more problems"],
            Read(report with { Problems = [.. report.Problems.Where(problem => !problem.Key.EndsWith("0003", StringComparison.Ordinal))] }).Select(news => news.Message));
    }

    [Theory]
    [InlineData(DecisionKind.Failed, 11)]
    [InlineData(DecisionKind.Pinned, 11)]
    [InlineData(DecisionKind.Held, 11)]
    [InlineData(DecisionKind.Updated, 31)]
    public void Thousands_of_images_are_told_as_some_and_their_number(object decision, int announcements)
    {
        var told = Read(Report([.. Enumerable.Range(0, 3000).Select(number => Image((DecisionKind)decision, "why") with { Alias = $"a{number}", Candidate = "1.1" })]));
        Assert.Equal(announcements, told.Count);
        Assert.Equal($"and {3001 - announcements} more images", told[^1].Message);
    }

    [Fact]
    public void Eleven_are_told_and_not_ten_and_one_more()
    {
        var told = Read(Report([.. Enumerable.Range(0, 11).Select(number => Image(DecisionKind.Failed, "no") with { Alias = $"a{number}" })]));
        Assert.Equal("a10 (team/web): no", told[^1].Message);
    }

    [Fact]
    public void A_long_value_leaves_room_for_what_is_wrong_with_it()
    {
        var value = new string('x', 200_000);
        var problem = new Problem("gitopsbumper.io/web.allow-tags", value, $"'{value}' is no pattern; allowed are 'regexp:<expression>' and 'any'");
        Assert.Equal(
            $"gitopsbumper.io/web.allow-tags: '{value[..197]}...' is no pattern; allowed are 'regexp:<expression>' and 'any'",
            Assert.Single(Read(Report() with { Problems = [problem] })).Message);
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
        _journal.Read([application]);

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
