using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Controller.Reconciling;

namespace GitOpsBumper.Tests.Controller.Triggers;

public sealed class TriggerDeskTests
{
    private static readonly NamespacedName Web = new("argocd", "web");
    private static readonly TriggerAsk Wanted = new() { Application = Web };

    private readonly SteppedTime _time = new();
    private readonly List<TimeSpan> _committed = [];
    private readonly List<IReadOnlyCollection<NamespacedName>> _woken = [];
    private readonly TriggerDesk _desk;

    public TriggerDeskTests() => _desk = new TriggerDesk(_time) { Committed = _committed.Add, Wake = (names, _) => _woken.Add(names) };

    [Fact]
    public void A_cycle_that_began_before_it_was_asked_answers_nothing()
    {
        var began = Now();
        var job = Open();
        _desk.Decided(Report(), began);
        Assert.False(job.Read().IsDone);
        Assert.True(_desk.IsDue(Web));

        _desk.Decided(Report(), Now());
        Assert.True(job.Read().IsDone);
        Assert.False(_desk.IsDue(Web));
    }

    [Fact]
    public void What_was_asked_for_during_a_cycle_waits_for_the_next_one()
    {
        var first = Open();
        var began = Now();
        var second = Open();
        _desk.Decided(Report(), began);
        Assert.Equal((true, false, true), (first.Read().IsDone, second.Read().IsDone, _desk.IsDue(Web)));
        _desk.Decided(Report(), Now());
        Assert.Equal((true, false), (second.Read().IsDone, _desk.IsDue(Web)));
    }

    [Fact]
    public void Ten_thousand_pushes_of_one_image_are_one_that_is_due()
    {
        for (var push = 0; push < 10_000; push++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _desk.Ask([Web]);
        }

        Assert.True(_desk.IsDue(Web));
        // The last one counts: a cycle that began before it may not have seen it.
        var began = Now() - 2;
        _desk.Ask([Web]);
        _desk.Decided(Report(), began);
        Assert.True(_desk.IsDue(Web));
        _desk.Decided(Report(), Now());
        Assert.False(_desk.IsDue(Web));
    }

    [Fact]
    public void The_time_to_the_commit_is_counted_from_the_first_push()
    {
        _desk.Ask([Web]);
        _time.Advance(TimeSpan.FromSeconds(2));
        _desk.Ask([Web]);
        _time.Advance(TimeSpan.FromSeconds(1));
        _desk.Decided(Report() with { Commit = "abc" }, Now());
        Assert.Equal([TimeSpan.FromSeconds(3) + TimeSpan.FromMilliseconds(1)], _committed);
    }

    [Fact]
    public void What_is_written_into_the_Application_itself_is_counted_too()
    {
        _desk.Ask([Web]);
        _desk.Decided(Report() with { Images = [Report().Images[0] with { Decision = DecisionKind.Updated }] }, Now());
        Assert.Single(_committed);
        _desk.Ask([Web]);
        _desk.Decided(Report(), Now());
        Assert.Single(_committed);
    }

    [Fact]
    public void Who_is_gone_is_waited_for_no_longer()
    {
        var job = Open();
        _desk.Left(Web);
        var state = job.Read();
        Assert.Equal(TriggerResult.Failed, state.Result);
        Assert.Contains("is gone", Assert.Single(state.Images).Reason, StringComparison.Ordinal);
        Assert.True(job.Done.IsCompleted);
    }

    [Fact]
    public void Urgency_ends_with_the_cycle_that_answers()
    {
        _desk.Ask([Web], isUrgent: true);
        _desk.Ask([Web]);
        Assert.True(_desk.IsUrgent(Web));
        _desk.Decided(Report(), Now());
        Assert.False(_desk.IsUrgent(Web));
    }

    [Fact]
    public void What_comes_during_the_cycle_of_an_urgent_one_is_not_urgent_for_its_sake()
    {
        _desk.Ask([Web], isUrgent: true);
        var began = Now();
        _time.Advance(TimeSpan.FromSeconds(1));
        _desk.Ask([Web]);
        _desk.Decided(Report(), began);
        Assert.True(_desk.IsDue(Web));
        Assert.False(_desk.IsUrgent(Web));

        _desk.Ask([Web], isUrgent: true);
        _desk.Decided(Report(), began);
        Assert.True(_desk.IsUrgent(Web));
    }

    [Fact]
    public void A_trigger_is_told_to_whoever_asked_and_is_forgotten_after_a_while()
    {
        var job = Open();
        Assert.Same(job, _desk.Find(job.Id, "ada"));
        Assert.Null(_desk.Find(job.Id, "bob"));
        Assert.Null(_desk.Find("0000", "ada"));
        _time.Advance(TriggerDesk.Kept + TimeSpan.FromSeconds(1));
        Assert.Null(_desk.Find(job.Id, "ada"));
    }

    [Fact]
    public void There_are_only_so_many_and_those_that_are_done_go_first()
    {
        var jobs = Enumerable.Range(0, TriggerDesk.MaxJobs).Select(number => OpenAs($"job {number / TriggerDesk.MaxOpenOfOne}")!).ToList();
        Assert.Null(OpenAs("ada"));
        _desk.Decided(Report(), Now());
        Assert.NotNull(OpenAs("ada"));
        Assert.Null(_desk.Find(jobs[0].Id, jobs[0].Asker));
        Assert.NotNull(_desk.Find(jobs[^1].Id, jobs[^1].Asker));
    }

    [Fact]
    public void Who_asks_too_much_leaves_room_for_others_and_may_go_on_when_some_is_done()
    {
        for (var asked = 0; asked < TriggerDesk.MaxOpenOfOne; asked++)
            Assert.NotNull(OpenAs("ada"));
        Assert.Null(OpenAs("ada"));
        Assert.NotNull(OpenAs("bob"));
        _desk.Decided(Report(), Now());
        Assert.NotNull(OpenAs("ada"));
    }

    [Fact]
    public void Who_waits_hears_that_nobody_decides_here_any_more()
    {
        var (done, open) = (Open(), Open());
        _desk.Decided(Report(), done.Asked);
        _desk.EndTerm();
        Assert.Equal((false, true), (done.IsLost, open.IsLost));
        Assert.True(open.Done.IsCompleted);
        Assert.NotNull(_desk.Find(done.Id, "ada"));
        Assert.Null(_desk.Find(open.Id, "ada"));
        Assert.False(_desk.IsDue(Web));
    }

    [Fact]
    public void What_is_asked_for_wakes_the_loop()
    {
        _desk.Ask([Web]);
        _desk.Ask([]);
        Open();
        Assert.Equal(2, _woken.Count);
    }

    [Theory]
    [InlineData(DecisionKind.Updated, null, "1.0", "1.5.0", "1.5.0", TriggerResult.Written)]
    [InlineData(DecisionKind.Updated, null, "1.0", "1.6.0", "1.5.0", TriggerResult.NotWritten)]
    [InlineData(DecisionKind.Updated, null, "1.0", "1.6.0", null, TriggerResult.Written)]
    [InlineData(DecisionKind.Updated, "https://forge/1", "1.0", "1.5.0", "1.5.0", TriggerResult.Proposed)]
    [InlineData(DecisionKind.UpToDate, null, "1.5.0", "1.5.0", "1.5.0", TriggerResult.AlreadyThere)]
    [InlineData(DecisionKind.UpToDate, null, "1.5.0@sha256:aa", "1.5.0", "1.5.0", TriggerResult.AlreadyThere)]
    [InlineData(DecisionKind.UpToDate, null, "1.6.0", "1.6.0", "1.5.0", TriggerResult.NotWritten)]
    [InlineData(DecisionKind.Pending, "https://forge/1", "1.0", "1.5.0", "1.5.0", TriggerResult.Proposed)]
    [InlineData(DecisionKind.Pending, null, "1.0", "1.5.0", "1.5.0", TriggerResult.NotWritten)]
    [InlineData(DecisionKind.Pinned, null, "1.0", "1.5.0", "1.5.0", TriggerResult.NotWritten)]
    [InlineData(DecisionKind.Failed, null, "1.0", null, "1.5.0", TriggerResult.Failed)]
    internal void The_result_is_about_what_was_pushed(DecisionKind decision, string? request, string current, string? candidate, string? asked, TriggerResult expected)
    {
        Assert.True(RepositoryName.TryParse("registry.example.com/team/web", out var image, out _));
        var tag = asked is null ? null : Tag.TryParse(asked, out var parsed, out _) ? parsed : throw new InvalidOperationException(asked);
        var report = Report() with { PullRequest = request, Images = [Report().Images[0] with { Decision = decision, Current = current, Candidate = candidate, IsProposed = request is not null && decision == DecisionKind.Pending }] };
        var found = Assert.Single(TriggerVerdict.Of(new TriggerAsk { Image = image, Tag = tag }, new TriggerTarget(Web, new HashSet<string> { "web" }), report));
        Assert.Equal(expected, found.Result);
    }

    [Theory]
    [InlineData("1.5.0", null, null, TriggerResult.NotWritten)]
    [InlineData("1.5.0", null, "1.5.0", TriggerResult.AlreadyThere)]
    [InlineData("1.5.0", 'a', null, TriggerResult.AlreadyThere)]
    [InlineData("1.5.0", 'b', "1.5.0", TriggerResult.NotWritten)]
    [InlineData("1.5.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null, null, TriggerResult.AlreadyThere)]
    internal void A_digest_that_was_pushed_is_not_taken_for_another_one(string current, char? known, string? tag, TriggerResult expected)
    {
        var report = Report() with { Images = [Report().Images[0] with { Decision = DecisionKind.UpToDate, Current = current, Candidate = "1.5.0", Digest = known is { } digit ? $"sha256:{new string(digit, 64)}" : null }] };
        Assert.True(Digest.TryParse($"sha256:{new string('a', 64)}", out var pushed, out _));
        var ask = new TriggerAsk { Digest = pushed, Tag = tag is null ? null : Tag.TryParse(tag, out var parsed, out _) ? parsed : throw new InvalidOperationException(tag) };
        Assert.Equal(expected, Assert.Single(TriggerVerdict.Of(ask, new TriggerTarget(Web, null), report)).Result);
    }

    private TriggerJob Open() => OpenAs("ada")!;

    private TriggerJob? OpenAs(string asker)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return _desk.Open(Wanted, [new TriggerTarget(Web, null)], asker);
    }

    private long Now()
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return _time.GetTimestamp();
    }

    private static ApplicationReport Report() => new()
    {
        Name = Web,
        Repository = "https://git.example.com/a.git",
        Branch = "main",
        Commit = null,
        Failure = null,
        Problems = [],
        Changes = [],
        Images =
        [
            new ImageReport
            {
                Alias = "web", Image = "registry.example.com/team/web", Strategy = "semver", Constraint = "", Current = "1.0", Candidate = "1.0", Digest = null, Decision = DecisionKind.UpToDate, Reason = "so it is",
            },
        ],
    };
}
