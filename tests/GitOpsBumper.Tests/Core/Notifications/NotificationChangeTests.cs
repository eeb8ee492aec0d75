using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Tests.Core.Notifications;

/// <summary>What a change says of itself, as far as it is known.</summary>
public sealed class NotificationChangeTests
{
    private static readonly string One = $"sha256:{new string('1', 64)}";
    private static readonly string Two = $"sha256:{new string('2', 64)}";

    [Theory]
    [InlineData("1.4.2", "2.0.0", "major")]
    [InlineData("1.4.2", "1.5.0", "minor")]
    [InlineData("v1.4.2", "v1.4.3", "patch")]
    [InlineData("1.5.0-rc.1", "1.5.0", "prerelease")]
    [InlineData("1.5.0", "1.4.9", "minor")]
    [InlineData("1.5.0", "1.5.0", null)]
    [InlineData("latest", "1.5.0", null)]
    [InlineData("1.4.2, 1.4.3", "1.5.0", null)]
    [InlineData(null, "1.5.0", null)]
    [InlineData("1.5.0", null, null)]
    public void Versions_say_by_their_first_part_that_differs_what_kind_of_update_it_is(string? old, string? now, string? type)
    {
        Assert.Equal(type, Change(old, now, null).UpdateType);
        // What counts up for another reason is no version: the newest build of the 3rd of March is no major update.
        Assert.Null((Change(old, now, null) with { IsSemVer = false }).UpdateType);
    }

    [Fact]
    public void A_digest_is_told_apart_from_its_tag()
    {
        Assert.Equal(("1.4.2", One), Change($"1.4.2@{One}", "1.4.2", Two).Old);
        Assert.Equal((null, One), Change(One, null, Two).Old);
        Assert.Equal(("1.4.2, 1.4.3", null), Change("1.4.2, 1.4.3", "1.5.0", null).Old);
        Assert.Equal("digest", Change($"1.4.2@{One}", "1.4.2", Two).UpdateType);
        Assert.Equal("digest", Change(One, null, Two).UpdateType);
        Assert.Equal("digest", Change("latest", "latest", Two).UpdateType);
        Assert.Equal("minor", Change($"1.4.2@{One}", "1.5.0", Two).UpdateType);
        Assert.Null(Change($"1.4.2@{One}", "1.4.2", One).UpdateType);
        Assert.Null(Change(null, null, Two).UpdateType);
    }

    private static NotificationChange Change(string? old, string? now, string? digest) => new("web", "team/web", old, now, digest) { IsSemVer = true };
}
