using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>What is younger than <c>min-age</c> waits, the newest that is old enough is written.</summary>
public sealed class CoolingTests
{
    private const string Repository = "registry.example.com/team/web";

    /// <summary>Tags of the world are as old as their day: days are counted from the first of January.</summary>
    private readonly RegistryWorld _registry = new RegistryWorld().Push("1.4.0", day: 1).Push("1.5.0", day: 8).Push("1.6.0", day: 9);

    [Fact]
    public void The_newest_version_that_is_old_enough_is_taken_and_the_newer_one_told_of()
    {
        var web = Case("web.min-age=72h");
        At(day: 11.5);
        var update = Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Equal("1.5.0", update.Value.ToString());
        Assert.Equal("1.5.0 is newer than 1.4.0; 1.6.0 was pushed on 2026-01-10 00:00Z and is due on 2026-01-13 00:00Z (min-age 72h)", update.Reason);
    }

    [Fact]
    public void While_nothing_is_old_enough_the_newest_is_pending()
    {
        var web = Case("web.min-age=72h");
        At(day: 9.5);
        var pending = Assert.IsType<ImageDecision.Pending>(web.Decide());
        Assert.Equal(("1.6.0", new DateTimeOffset(2026, 1, 13, 0, 0, 0, TimeSpan.Zero)), (pending.Candidate!.ToString(), pending.Due));
        Assert.Equal("1.6.0 was pushed on 2026-01-10 00:00Z and is due on 2026-01-13 00:00Z (min-age 72h)", pending.Reason);
        At(day: 12);
        Assert.Equal("1.6.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void What_is_not_newer_is_not_asked_for_its_age()
    {
        var web = Case("web.min-age=72h");
        At(day: 30);
        web.Decide();
        _registry.Asked.Clear();
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.DoesNotContain(_registry.Asked, question => question is RegistryQuestion.AgeOf);
    }

    [Fact]
    public void A_digest_that_is_too_young_waits_under_its_tag()
    {
        _registry.Push("latest", day: 1);
        var web = PlanningCase.Of($"web={Repository}:latest", Repository, _registry, null, "web.update-strategy=digest", "web.min-age=3d");
        At(day: 5);
        var first = Assert.IsType<ImageDecision.Update>(web.Decide()).Value;
        _registry.Push("latest", day: 5);
        Assert.IsType<ImageDecision.Pending>(web.Decide());
        At(day: 7.9);
        _registry.Push("latest", day: 6);
        At(day: 8.5);
        Assert.IsType<ImageDecision.Pending>(web.Decide());
        At(day: 9);
        Assert.NotEqual(first, Assert.IsType<ImageDecision.Update>(web.Decide()).Value);
    }

    [Fact]
    public void Where_digests_alone_are_written_tags_wait_too()
    {
        var web = Case("web.min-age=72h", "web.pin-digest=true", "web.digest-format=digest");
        At(day: 9.5);
        Assert.Equal(_registry.Digest("1.4.0"), Assert.IsType<ImageDecision.Update>(web.Decide()).Value.Digest);
        Assert.Equal("1.6.0", Assert.IsType<ImageDecision.Pending>(web.Decide()).Reason.Split(' ')[0]);
        At(day: 11.5);
        Assert.Equal(_registry.Digest("1.5.0"), Assert.IsType<ImageDecision.Update>(web.Decide()).Value.Digest);
        Assert.IsType<ImageDecision.Pending>(web.Decide());
    }

    [Fact]
    public void A_tag_that_was_pushed_again_waits_anew()
    {
        var web = Case("web.min-age=72h", "web.pin-digest=true");
        At(day: 30);
        web.Decide();
        var file = web.File;
        _registry.Push("1.6.0", day: 29, content: "another");
        Assert.IsType<ImageDecision.Pending>(web.Decide());
        Assert.Equal(file, web.File);
        At(day: 32);
        Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void The_newest_build_waits_as_well()
    {
        var web = Case("web.min-age=72h", "web.update-strategy=newest-build");
        web.Annotations["gitopsbumper.io/image-list"] = $"web={Repository}";
        At(day: 11.5);
        Assert.Equal("1.5.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.Pending>(web.Decide());
    }

    [Fact]
    public void What_was_taken_back_is_rejected_and_what_is_newer_pending()
    {
        var web = Case("web.min-age=72h");
        web.Commits = [];
        var before = web.File;
        At(day: 11.5);
        web.Decide();
        web.File = before;
        Assert.Equal("1.6.0", Assert.IsType<ImageDecision.Pending>(web.Decide()).Candidate!.ToString());
        Assert.Equal(before, web.File);
        At(day: 12);
        Assert.Equal("1.6.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        web.File = before;
        Assert.IsType<ImageDecision.Rejected>(web.Decide());
    }

    [Fact]
    public void Where_nobody_can_tell_what_is_written_nothing_older_is_taken_meanwhile()
    {
        var web = Case("web.min-age=72h", "web.pin-digest=true", "web.digest-format=digest", "web.allow-downgrade=true");
        At(day: 30);
        web.Decide();
        var file = web.File;
        _registry.Push("1.6.0", day: 30, content: "another");
        At(day: 30.5);
        Assert.IsType<ImageDecision.Pending>(web.Decide());
        Assert.Equal(file, web.File);
    }

    [Fact]
    public void An_age_that_cannot_be_had_is_no_age()
    {
        var web = Case("web.min-age=72h");
        _registry.BrokenTag = "1.6.0";
        At(day: 30);
        Assert.Equal("1.6.0 could not be read", Assert.IsType<ImageDecision.Failed>(web.Decide()).Reason);
    }

    [Fact]
    public void A_hundred_young_versions_are_not_all_asked_for()
    {
        for (var number = 0; number < 100; number++)
            _registry.Push($"1.7.{number}", day: 20);
        var web = Case("web.min-age=72h");
        At(day: 21);
        Assert.Equal("1.7.99", Assert.IsType<ImageDecision.Pending>(web.Decide()).Candidate!.ToString());
        Assert.Equal(50, _registry.Asked.OfType<RegistryQuestion.AgeOf>().Distinct().Count());
    }

    [Fact]
    public void A_pin_does_not_wait()
    {
        var web = Case("web.min-age=72h", "web.pin=1.6.0");
        At(day: 9.1);
        Assert.Equal("1.6.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
    }

    [Theory]
    [InlineData("3", "'3' is not a duration up to 366 days; allowed are such as 72h, 90m, 7d and 0 for none")]
    [InlineData("-3h", "'-3h' is not a duration")]
    [InlineData("400d", "'400d' is not a duration up to 366 days")]
    [InlineData("three days", "'three days' is not a duration")]
    public void An_age_that_is_none_stops_the_image(string text, string problem) =>
        Assert.Contains(problem, Assert.Single(Case($"web.min-age={text}").Policy.Images[0].Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void An_image_of_its_own_may_go_without_waiting()
    {
        var web = Case("min-age=72h", "web.min-age=0");
        Assert.Null(web.Policy.Images[0].MinAge);
        Assert.Equal(TimeSpan.FromHours(72), Case("min-age=72h").Policy.Images[0].MinAge);
    }

    private void At(double day) => _registry.Now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);

    private PlanningCase Case(params string[] annotations) =>
        PlanningCase.Of($"web={Repository}:~1", Repository, _registry, "helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.0\n", annotations);
}
