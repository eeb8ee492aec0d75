using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>With <c>digest-format: digest</c> git holds a digest and no tag; the order of versions counts all the same.</summary>
public sealed class LoneDigestTests
{
    private const string Repository = "registry.example.com/team/web";
    private readonly RegistryWorld _registry = new RegistryWorld().Push("1.3.0", day: 3).Push("1.4.0", day: 4).Push("1.5.0", day: 5);

    [Theory]
    [InlineData("semver")]
    [InlineData("newest-build")]
    [InlineData("alphabetical")]
    public void A_newer_tag_is_written_and_then_nothing_more(string strategy)
    {
        var web = Written("1.4.0", strategy);
        var update = Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Equal(_registry.Digest("1.5.0"), update.Value.Digest);
        Assert.Contains("1.5.0 is newer than 1.4.0", update.Reason, StringComparison.Ordinal);
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.Empty(web.Cycle().Changes);
    }

    [Fact]
    public void One_digest_is_asked_for_as_long_as_nothing_is_due()
    {
        var web = Written("1.5.0", "semver");
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.Single(_registry.Asked.OfType<RegistryQuestion.DigestOf>());
    }

    [Theory]
    [InlineData("semver")]
    [InlineData("newest-build")]
    [InlineData("alphabetical")]
    public void It_does_not_go_down_because_the_newest_tag_is_gone(string strategy)
    {
        var web = Written("1.5.0", strategy);
        _registry.Delete("1.5.0");
        var kept = Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.Contains("none of the 2 allowed tags points to it", kept.Reason, StringComparison.Ordinal);
        Assert.Equal("1.4.0", kept.Candidate?.ToString());
    }

    [Fact]
    public void It_goes_down_where_the_user_allows_it()
    {
        var web = Written("1.5.0", "semver", "web.allow-downgrade=true");
        _registry.Delete("1.5.0");
        Assert.Equal(_registry.Digest("1.4.0"), Assert.IsType<ImageDecision.Update>(web.Decide()).Value.Digest);
    }

    [Fact]
    public void A_digest_that_cannot_be_had_fails_the_image()
    {
        var web = Written("1.4.0", "semver");
        _registry.BrokenTag = "1.5.0";
        Assert.Contains("1.5.0 could not be read", Assert.IsType<ImageDecision.Failed>(web.Decide()).Reason, StringComparison.Ordinal);
    }

    private PlanningCase Written(string tag, string strategy, params string[] more)
    {
        var file = $"helm:\n  parameters:\n  - name: image.name\n    value: {Repository}\n    forcestring: true\n  - name: image.tag\n    value: {_registry.Digest(tag)}\n    forcestring: true\n";
        return PlanningCase.Of($"web={Repository}", Repository, _registry, file, [$"web.update-strategy={strategy}", "web.pin-digest=true", "web.digest-format=digest", .. more]);
    }
}
