using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Tests.Controller.Reconciling;

/// <summary>When applications are looked at besides what changes.</summary>
public sealed class LookTimesTests
{
    private static readonly CycleOrder Full = new(CycleKind.Full, null);

    private readonly SteppedTime _time = new();
    private readonly List<string> _due = [];
    private readonly LookTimes _looks;

    public LookTimesTests() => _looks = new LookTimes(_time, name => _due.Add(name.Name));

    [Fact]
    public void One_with_a_schedule_is_left_out_of_full_cycles_until_it_is_due()
    {
        Assert.Equal(["api", "web"], Take(Full));
        _looks.Decided(Report("web", "@every 10m"));
        _looks.Decided(Report("api", null));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(["api"], Take(Full));
        Assert.Empty(_looks.TakeDue());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["web"], _looks.TakeDue().Select(name => name.Name));
        Assert.Equal(["web"], _due);
        Assert.Equal(["api", "web"], Take(Full));
    }

    [Fact]
    public void What_a_clock_that_was_ahead_computed_counts_no_longer_when_it_is_put_right()
    {
        _time.Advance(TimeSpan.FromDays(30));
        _looks.Decided(Report("web", "@every 10m"));
        Assert.Equal(["api"], Take(Full));
        _time.Advance(TimeSpan.FromDays(-29));
        Assert.Equal(["api", "web"], Take(Full));
        _looks.Decided(Report("web", "@every 10m"));
        Assert.Equal(["api"], Take(Full));
    }

    [Fact]
    public void What_is_news_is_looked_at_whatever_its_schedule()
    {
        _looks.Decided(Report("web", "@daily"));
        Assert.Equal(["api", "web"], Take(Full, "web"));
        _looks.Decided(Report("web", "@daily"));
        Assert.Equal(["api", "web"], Take(new CycleOrder(CycleKind.Partial, new HashSet<NamespacedName>())));
    }

    [Fact]
    public void What_waits_for_a_time_is_looked_at_then_and_not_a_day_later()
    {
        _looks.Decided(Report("web", "@daily", _time.GetUtcNow().AddMinutes(30), _time.GetUtcNow().AddMinutes(20)));
        _looks.Decided(Report("api", null, _time.GetUtcNow().AddMinutes(25)));
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(["web"], _looks.TakeDue().Select(name => name.Name));
        // What waits without a schedule is part of every cycle.
        Assert.Equal(["api", "web"], Take(Full));
        Assert.Equal(Timeout.InfiniteTimeSpan, _looks.Pause);
    }

    [Fact]
    public void What_failed_is_looked_at_in_the_next_cycle()
    {
        _looks.Decided(Report("web", "@daily") with { Failure = "the registry answered 500" });
        Assert.Equal(["api", "web"], Take(Full));
    }

    [Fact]
    public void The_pause_is_until_the_first_and_never_long()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, _looks.Pause);
        _looks.Decided(Report("web", "@daily"));
        Assert.Equal(LookTimes.LongestPause, _looks.Pause);
        var sooner = _looks.Sooner;
        _looks.Decided(Report("api", "@every 10s"));
        Assert.True(sooner.IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(10), _looks.Pause);
        sooner = _looks.Sooner;
        _looks.Decided(Report("db", "@every 20s"));
        Assert.False(sooner.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, _looks.Pause);
        _looks.Clear();
        Assert.Empty(_looks.TakeDue());
    }

    private List<string> Take(CycleOrder order, params string[] news) =>
        [.. _looks.Take(order, [Application("api"), Application("web")], name => news.Contains(name.Name)).Select(application => application.Name.Name)];

    private static ApplicationSnapshot Application(string name) => new() { Name = new NamespacedName("argocd", name) };

    private static ApplicationReport Report(string name, string? schedule, params DateTimeOffset[] due) => new()
    {
        Name = new NamespacedName("argocd", name),
        Repository = null,
        Branch = null,
        Commit = null,
        Problems = [],
        Changes = [],
        Failure = null,
        Schedule = schedule is not null && LookSchedule.TryParse(schedule, out var parsed, out _) ? parsed : null,
        Images =
        [
            .. due.Select(at => new ImageReport
            {
                Alias = "web",
                Image = "nginx",
                Strategy = "semver",
                Constraint = "",
                Current = null,
                Candidate = null,
                Digest = null,
                Decision = DecisionKind.Pending,
                Reason = "",
                Due = at,
            }),
        ],
    };
}
