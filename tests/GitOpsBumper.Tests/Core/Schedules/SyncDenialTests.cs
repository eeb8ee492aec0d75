using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Tests.Core.Schedules;

/// <summary>The windows of a project in which Argo CD may not deploy.</summary>
public sealed class SyncDenialTests
{
    private static readonly SyncWindow Night = new() { Kind = "deny", Schedule = "0 22 * * *", Duration = "8h", TimeZone = "Europe/Paris", Applications = ["*"] };

    private static readonly ApplicationSnapshot Web = new()
    {
        Name = new NamespacedName("argocd", "web"),
        Destination = new ApplicationDestination("https://kubernetes.default.svc", null, "production"),
    };

    [Theory]
    [InlineData("2026-11-20 20:59", null)]
    [InlineData("2026-11-20 21:00", "2026-11-21 05:00")]
    [InlineData("2026-11-21 04:59", "2026-11-21 05:00")]
    [InlineData("2026-11-21 05:00", null)]
    public void It_is_on_when_it_has_begun_within_its_duration(string at, string? end)
    {
        var denial = Assert.Single(Of(Night));
        Assert.Equal(end is not null, denial.IsOn(Moments.Utc(at)));
        if (end is not null)
            Assert.Equal(Moments.Utc(end), denial.EndAfter(Moments.Utc(at)));
    }

    [Fact]
    public void One_that_begins_again_before_it_ends_has_no_end_in_between()
    {
        var denial = Assert.Single(Of(Night with { Schedule = "0 9-16 * * 1-5", Duration = "1h", TimeZone = "" }));
        Assert.Equal(Moments.Utc("2026-11-20 17:00"), denial.EndAfter(Moments.Utc("2026-11-20 09:30")));
        Assert.Null(Assert.Single(Of(Night with { Schedule = "0 0 1 1 *", Duration = "9000h" })).EndAfter(Moments.Utc("2026-11-20 09:30")));
        Assert.Null(Assert.Single(Of(Night with { Schedule = "* * * * *", Duration = "1m" })).EndAfter(Moments.Utc("2026-11-20 09:30")));
    }

    [Fact]
    public void Lists_are_alternatives_unless_the_window_says_otherwise()
    {
        Assert.True(IsFor(Night with { Applications = ["api"], Namespaces = ["prod*"] }));
        Assert.False(IsFor(Night with { Applications = ["api"], Namespaces = ["prod*"], UsesAndOperator = true }));
        Assert.True(IsFor(Night with { Applications = ["w?b"], Namespaces = ["prod*"], Clusters = ["https://*"], UsesAndOperator = true }));
        Assert.True(IsFor(Night with { Applications = [], Clusters = ["*.svc"] }));
        Assert.False(IsFor(Night with { Applications = [], Clusters = ["in-cluster"] }));
        Assert.True((Night with { Applications = [], Clusters = ["in-*"] }).IsFor(Web with { Destination = new ApplicationDestination(null, "in-cluster", "web") }));
        Assert.False(IsFor(Night with { Applications = [] }));
        Assert.False(IsFor(Night with { Applications = [], UsesAndOperator = true }));
        Assert.False(IsFor(Night with { Applications = ["[z-a]"] }));

        static bool IsFor(SyncWindow window) => window.IsFor(Web);
    }

    [Fact]
    public void Windows_that_allow_are_none_of_them() => Assert.Empty(Of(Night with { Kind = "allow" }, Night with { Applications = ["api"] }));

    [Fact]
    public void One_that_cannot_be_read_denies_all_the_time_and_says_why()
    {
        (SyncWindow Window, string Reason)[] all =
        [
            (Night with { Schedule = "nightly" }, "schedule: 'nightly' has 1 fields, cron has five: minute, hour, day of month, month, day of week"),
            (Night with { Duration = "long" }, "duration 'long' is no duration, for example 1h30m"),
            (Night with { Duration = "0" }, "duration '0' is no duration, for example 1h30m"),
            (Night with { TimeZone = "Europe/Pariss" }, "time zone 'Europe/Pariss' is not known; allowed are the names of IANA such as Europe/Paris, and UTC; did you mean 'Europe/Paris'?"),
            (Night with { Kind = "denied" }, "kind 'denied' is not known; allowed are allow and deny"),
            (new SyncWindow { Problem = "'schedule' is a list, it has to be a text" }, "'schedule' is a list, it has to be a text"),
        ];
        foreach (var (window, reason) in all)
        {
            var shut = UpdateGate.Find(null, Of(window), Moments.Utc("2026-11-20 12:00"))!;
            Assert.Null(shut.Until);
            Assert.Equal($"waits for a sync window of project 'team' that cannot be read, which counts as denying: {reason}", shut.Reason);
        }
    }

    [Fact]
    public void The_way_is_free_when_the_window_is_open_and_nothing_denies()
    {
        Assert.True(UpdateWindows.TryParse("04:00-12:00 UTC; !Sat 04:00-05:30", out var windows, out _));
        var shut = UpdateGate.Find(windows, Of(Night), Moments.Utc("2026-11-20 22:00"))!;
        Assert.Equal(Moments.Utc("2026-11-21 05:30"), shut.Until);
        Assert.Equal("waits for the update window: opens Sat 2026-11-21 05:30 UTC", shut.Reason);
        shut = UpdateGate.Find(windows, Of(Night), Moments.Utc("2026-11-23 04:00"))!;
        Assert.Equal(Moments.Utc("2026-11-23 05:00"), shut.Until);
        Assert.Equal("waits for the end of a deny window of project 'team' (0 22 * * * for 8h): Mon 2026-11-23 06:00 Europe/Paris", shut.Reason);
        Assert.Null(UpdateGate.Find(windows, Of(Night), Moments.Utc("2026-11-23 05:00")));
        Assert.Null(UpdateGate.Find(null, [], Moments.Utc("2026-11-23 05:00")));
    }

    private static IReadOnlyList<SyncDenial> Of(params SyncWindow[] windows) => SyncDenial.Of(new AppProject(new NamespacedName("argocd", "team"), []) { SyncWindows = windows }, Web);
}
