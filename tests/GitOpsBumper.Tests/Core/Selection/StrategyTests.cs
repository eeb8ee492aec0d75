using GitOpsBumper.Core.Selection;
using static GitOpsBumper.Tests.Core.Selection.SelectionParts;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class StrategyTests
{
    [Fact]
    public void Ten_comes_after_nine_in_versions() => Assert.Equal("1.10 1.9 1.2", Select(SemVer(""), "1.9 1.10 1.2"));

    [Fact]
    public void A_hash_of_digits_alone_is_a_version_until_the_constraint_says_otherwise()
    {
        Assert.Equal("1234567 1.2.3", Select(SemVer(""), "1.2.3 1234567 abc1234"));
        Assert.Equal("1.2.3", Select(SemVer("<1000"), "1.2.3 1234567 abc1234"));
        Assert.Equal("1.2.3", Select(SemVer(""), "1.2.3 1234567 abc1234", Filter(@"^v?\d+\.")));
    }

    [Fact]
    public void Dates_of_many_digits_are_versions_without_loss() =>
        Assert.Equal("20240101123456789 20240101123456788", Select(SemVer(""), "20240101123456788 20240101123456789 20240101123456789123456"));

    [Fact]
    public void Prereleases_are_candidates_only_where_the_constraint_carries_one()
    {
        Assert.Equal("1.1.0", Select(SemVer(">=1"), "1.1.0 1.2.0-rc.1"));
        Assert.Equal("1.2.0-rc.1 1.1.0", Select(SemVer(">=1-0"), "1.1.0 1.2.0-rc.1"));
    }

    [Fact]
    public void Equal_versions_are_told_apart_by_their_text_and_none_is_an_update_of_the_other()
    {
        Assert.Equal("v1.20.0 v1.20 1.20.0 1.20", Select(SemVer(""), "1.20.0 v1.20 1.20 v1.20.0"));
        Assert.Equal(0, Compare(SemVer(""), "1.20", "1.20.0"));
        Assert.Equal(0, Compare(SemVer(""), "1.20.0", "1.20"));
        Assert.Equal(1, Compare(SemVer(""), "1.20.1", "1.20"));
        Assert.Equal(-1, Compare(SemVer(""), "1.19", "v1.20"));
    }

    [Fact]
    public void What_runs_is_compared_even_outside_the_constraint() => Assert.Equal(-1, Compare(SemVer("~1"), "1.9", "2.0"));

    [Fact]
    public void What_runs_and_is_no_version_cannot_be_compared() => Assert.Null(Compare(SemVer(""), "1.9", "latest"));

    [Fact]
    public void Numbers_of_any_size_are_ordered_exactly() => Assert.Equal(
        "99999999999999999999999 18446744073709551616 18446744073709551615 20240101123456789 20240101123456788 10 9 0",
        Select(new NumericalStrategy(), "9 20240101123456788 10 18446744073709551615 0 99999999999999999999999 20240101123456789 18446744073709551616"));

    [Fact]
    public void One_tag_that_is_no_number_falls_alone()
    {
        var selection = TagSelector.Select(new NumericalStrategy(), TagFilter.Everything, Tags("7 latest 12 1.5 0x10 1_000"));
        Assert.Equal(["12", "7"], selection.Eligible.Select(tag => tag.Text));
        Assert.Equal(4, selection.FallenAt(SelectionStep.Parse));
    }

    [Fact]
    public void Leading_zeros_do_not_count_and_ties_go_by_text()
    {
        Assert.Equal("7 07 007 00 0", Select(new NumericalStrategy(), "007 00 7 0 07"));
        Assert.Equal(0, Compare(new NumericalStrategy(), "007", "7"));
        Assert.Equal(1, Compare(new NumericalStrategy(), "10", "9"));
        Assert.Null(Compare(new NumericalStrategy(), "10", "latest"));
    }

    [Fact]
    public void The_extracted_number_decides_and_ties_go_by_the_whole_tag()
    {
        var allow = Expression("^(?P<branch>[a-z]+)-(?P<ts>[0-9]*)(?:-[0-9a-f]{7})?$");
        var strategy = new NumericalStrategy(Extraction("$ts", allow));
        Assert.Equal("main-10-0000001 main-9-fffffff main-9-aaaaaaa dev-9", Select(strategy, "main-9-aaaaaaa main-10-0000001 dev-9 main-9-fffffff main- other", new TagFilter(allow, [])));
        Assert.Equal(0, Compare(strategy, "main-9-aaaaaaa", "dev-9"));
        Assert.Null(Compare(strategy, "main-9", "main-"));
    }

    [Fact]
    public void Letters_are_ordered_by_their_code()
    {
        Assert.Equal("b a B A 10 1", Select(new AlphabeticalStrategy(), "a B 1 b A 10"));
        Assert.Equal("aaaab aaaaa aaaa", Select(new AlphabeticalStrategy(), "aaaa aaaab aaaaa"));
        Assert.Equal(1, Compare(new AlphabeticalStrategy(), "b", "a"));
        Assert.Equal(0, Compare(new AlphabeticalStrategy(), "a", "a"));
    }

    [Fact]
    public void Extracted_text_is_ordered_as_text()
    {
        var allow = Expression("^r([a-z0-9]*)-(.*)$");
        var strategy = new AlphabeticalStrategy(Extraction("$2.$1", allow));
        Assert.Equal("ra-2 rz-1 rb-1", Select(strategy, "rz-1 ra-2 rb-1 x", new TagFilter(allow, [])));
    }

    [Fact]
    public void The_newest_build_is_told_by_its_date_alone()
    {
        var strategy = new NewestBuildStrategy();
        Assert.True(strategy.NeedsBuildDate);
        var candidates = new[] { Built("2.0", 1), Built("1.0", 3), Built("0.9", 3), Built("3.0", null), Built("1.1", 2) };
        Assert.Equal(["1.0", "0.9", "1.1", "2.0", "3.0"], TagSelector.Rank(strategy, candidates).Select(candidate => candidate.Tag.Text));
        Assert.Equal(1, strategy.Compare(Built("1", 2), Built("2", 1)));
        Assert.Equal(0, strategy.Compare(Built("1", 2), Built("2", 2)));
        Assert.Null(strategy.Compare(Built("1", 2), Built("2", null)));
    }

    [Fact]
    public void A_digest_is_followed_under_one_tag_only()
    {
        var strategy = new DigestStrategy(Tag("latest"));
        Assert.Equal("latest", Select(strategy, "1.0 latest 2.0"));
        Assert.Equal("", Select(strategy, "1.0 2.0"));
        Assert.Equal(0, Compare(strategy, "latest", "latest"));
        Assert.Null(Compare(strategy, "latest", "1.0"));
    }

    private static TagCandidate Built(string tag, int? day) => new(Tag(tag), day is null ? null : new DateTimeOffset(2026, 8, day.Value, 0, 0, 0, TimeSpan.Zero));
}
