using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Tests.Core.Annotations;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>on-rollback, rollback-memory and reject-scope: how they are read, and what a hold stops.</summary>
public sealed class RollbackPolicyTests
{
    [Fact]
    public void Without_annotations_the_next_version_is_written_and_ninety_days_are_remembered() =>
        Assert.Equal(new RollbackPolicy { OnRollback = OnRollback.Skip, Memory = TimeSpan.FromDays(90), Scope = RejectScope.Application }, Reading.Image("image-list: web=nginx").Rollbacks);

    [Fact]
    public void An_image_says_more_than_its_application_and_that_more_than_the_operator()
    {
        var defaults = new AnnotationDefaults { Rollbacks = new RollbackPolicy { OnRollback = OnRollback.Hold, Memory = TimeSpan.FromDays(7) } };
        var policy = AnnotationReader.Read(
            Reading.App([Reading.HelmSource with { Kind = SourceKind.Kustomize }], "image-list: web=nginx, api=redis, db=postgres", "rollback-memory: 30d", "web.rollback-memory: 1h", "web.on-rollback: skip", "reject-scope: repository", "db.reject-scope: application"), defaults)!;
        Assert.Empty(policy.AllProblems);
        Assert.Equal(
            [(OnRollback.Skip, 1.0, RejectScope.Repository), (OnRollback.Hold, 720.0, RejectScope.Repository), (OnRollback.Hold, 720.0, RejectScope.Application)],
            policy.Images.Select(image => (image.Rollbacks.OnRollback, image.Rollbacks.Memory.TotalHours, image.Rollbacks.Scope)));
    }

    [Theory]
    [InlineData("on-rollback: stop", "'stop' is not known; allowed are skip and hold")]
    [InlineData("reject-scope: Repository", "'Repository' is not known; allowed are application and repository")]
    [InlineData("rollback-memory: long", "'long' is not a duration up to 3650 days; allowed are such as 90d and 720h")]
    [InlineData("rollback-memory: -1d", "'-1d' is not a duration up to 3650 days; allowed are such as 90d and 720h")]
    public void Mistakes_are_named(string line, string message)
    {
        foreach (var prefix in new[] { "", "web." })
        {
            var problem = Reading.Problem("image-list: web=nginx", prefix + line);
            Assert.Equal(($"gitopsbumper.io/{prefix}{line.Split(':')[0]}", message), (problem.Key, problem.Message));
        }
    }

    [Theory]
    [InlineData("semver", "1.0.0", false, "1.2.0", false)]
    // A person went on, above what was left; or to something in between, which is no newer version.
    [InlineData("semver", "1.2.1", false, "1.2.0", true)]
    [InlineData("semver", "1.1.0", false, "1.2.0", false)]
    // Somebody let go, or the bot has gone on since.
    [InlineData("semver", "1.0.0", true, "1.2.0", true)]
    [InlineData("semver", "1.1.0", true, "1.2.0", true)]
    [InlineData("numerical", "100", false, "120", false)]
    [InlineData("newest-build", "1.0.0", false, "1.2.0", false)]
    [InlineData("newest-build", "1.2.1", false, "1.2.0", false)]
    [InlineData("newest-build", "1.2.1", true, "1.2.0", true)]
    public void A_hold_stops_all_that_is_newer_until_a_person_goes_on(string strategy, string current, bool isReleased, string left, bool goesOn)
    {
        var registry = new RegistryWorld();
        foreach (var (tag, day) in new[] { current, left, strategy == "numerical" ? "900" : "9.0.0" }.Distinct().Select((tag, index) => (tag, index + 1)))
            registry.Push(tag, day);
        var image = Reading.Image("image-list: web=registry.example.com/team/web", $"web.update-strategy: {strategy}", "web.on-rollback: hold");
        var now = WrittenValue.Read(current);
        var state = new ImageState
        {
            Deployed = true,
            Current = [now.Version!],
            CurrentText = current,
            IsWritten = true,
            Rejected = [new RejectedVersion(WrittenValue.Read(left).Version!, "0123456789abcdef", default) { IsReleased = isReleased }],
        };
        var decision = registry.Decide(image, state);
        Assert.Equal(goesOn, decision is ImageDecision.Update);
        if (!goesOn)
            Assert.EndsWith("taken back since, and on-rollback is hold; write a newer version into git, or let go of the image with 'bumper unpin'", Assert.IsType<ImageDecision.Rejected>(decision).Reason, StringComparison.Ordinal);
    }
}
