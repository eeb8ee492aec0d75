using GitOpsBumper.Core.Selection;
using GitOpsBumper.Tests.Support;
using static GitOpsBumper.Tests.Core.Selection.SelectionParts;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class VariantTests
{
    public static TheoryData<string, string, string> Readings => VectorFile.Triples("selection", "variants.tsv");

    public static TheoryData<string, string, string, string, string> Cases =>
        [.. VectorFile.Rows("selection", "kept-variants.tsv").Select(row => new TheoryDataRow<string, string, string, string, string>(row[0], row[1], row[2], row[3], row[4]))];

    [Theory]
    [MemberData(nameof(Readings))]
    public void A_tag_is_version_prerelease_and_variant(string text, string kind, string variant)
    {
        var tag = Tag(text);
        Assert.Equal(kind == "nothing" ? null : variant, SemVerStrategy.VariantOf(tag));
        var accepted = Of("*", variant).TryAccept(tag, out var step, out _);
        Assert.Equal(kind, accepted ? "release" : step == SelectionStep.Constraint ? "pre-release" : step == SelectionStep.Parse ? "nothing" : "of another variant");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Real_lists_are_followed_within_the_variant(string repository, string constraint, string current, string counts, string best)
    {
        var tags = VectorFile.Rows("tags", repository + ".tsv").Select(row => Tag(row[0])).ToArray();
        var strategy = Of(constraint, SemVerStrategy.VariantOf(Tag(current))!);
        var selection = TagSelector.Select(strategy, TagFilter.Everything, tags);

        SelectionStep[] steps = [SelectionStep.Parse, SelectionStep.Variant, SelectionStep.Constraint];
        Assert.Equal(counts, string.Join(' ', [selection.Listed, .. steps.Select(selection.FallenAt), selection.Eligible.Count]));
        Assert.Equal(best, string.Join(' ', selection.Eligible.Take(4)));
    }

    [Fact]
    public void Another_variant_falls_at_its_own_step_and_is_told()
    {
        var verdicts = TagSelector.Explain(Of("~1", "alpine"), TagFilter.Everything, Tags("1.1-alpine3.19 1.1 1.1-alpine 1.2-rc1-alpine 2.0-alpine edge"));
        Assert.Equal(
            [
                "1.1-alpine3.19 Variant is another variant: -alpine3.19 instead of -alpine",
                "1.1 Variant is another variant: none instead of -alpine",
                "1.1-alpine Chosen is the best one",
                "1.2-rc1-alpine Constraint is a pre-release, which constraint '~1' does not ask for",
                "2.0-alpine Constraint does not satisfy constraint '~1'",
                "edge Parse is not a version",
            ],
            verdicts.Select(verdict => $"{verdict.Tag} {verdict.Step} {verdict.Reason}"));
        Assert.Equal("3 tags, 1 not versions, 2 of another variant", TagSelector.Select(Of("*", "slim"), TagFilter.Everything, Tags("a 1.0 1.0-alpine")).Summary);
    }

    [Theory]
    [InlineData(">=3-0", "3.13.0rc10-slim 3.13.0rc9-slim 3.13.0rc2-slim 3.13.0b4-slim 3.13.0a1-slim")]
    [InlineData(">=28-0", "28.0.0-slim 28.0.0RC2-slim 28.0.0rc1-slim 28.0.0beta3-slim")]
    [InlineData(">=1-0", "2-rc.1.2-slim 2-rc.1-slim 2-rc-slim 1.9-slim")]
    public void Prereleases_of_a_variant_are_in_the_order_that_people_give_them(string constraint, string best) =>
        Assert.Equal(best, Select(Of(constraint, "slim"), string.Join(' ', best.Split(' ').Reverse())));

    [Fact]
    public void The_constraint_is_for_the_version_alone()
    {
        Assert.Equal("1.27.3-alpine", Select(Of("1.27.3", "alpine"), "1.27.3-alpine 1.27.2-alpine"));
        Assert.Equal("28.0.0RC1-fpm", Select(Of(">=28.0.0-rc1", "fpm"), "28.0.0RC1-fpm 28.0.0beta2-fpm"));
    }

    [Fact]
    public void Of_equal_versions_the_wanted_variant_is_better()
    {
        var strategy = Of("*", "alpine");
        Assert.Equal(1, Compare(strategy, "1.27-alpine", "1.27.0"));
        Assert.Equal(0, Compare(strategy, "1.27-alpine", "1.27.0-alpine"));
        Assert.Equal(-1, Compare(strategy, "1.27-alpine", "1.27.1"));
        Assert.Null(Compare(strategy, "1.27-alpine", "latest"));
    }

    [Theory]
    [InlineData("alpine", true)]
    [InlineData("slim-bookworm", true)]
    [InlineData("php8.3-fpm", true)]
    [InlineData("noble-rc", true)]
    [InlineData("rc1", false)]
    [InlineData("rc1-alpine", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    public void What_begins_as_a_prerelease_is_no_variant(string text, bool expected) => Assert.Equal(expected, SemVerStrategy.IsVariant(text));

    [Theory]
    [InlineData("1.2.3 v1.2.4 2024.04.01", "2024.04.01 v1.2.4 1.2.3")]
    [InlineData("1234567 20240101 17 1.27 v2", "")]
    [InlineData("1.2.3-rc1 1.2.3.4", "")]
    public void Strict_versions_have_three_numbers(string tags, string expected) => Assert.Equal(expected, Select(new SemVerStrategy(Constraint(""), isStrict: true), tags));

    [Fact]
    public void What_is_not_strict_falls_with_a_reason_of_its_own()
    {
        var strategy = new SemVerStrategy(Constraint(""), isStrict: true);
        Assert.Equal(
            ["1234567 Parse is not a version of three numbers, which strict-semver asks for", "main Parse is not a version"],
            TagSelector.Explain(strategy, TagFilter.Everything, Tags("1234567 main")).Select(verdict => $"{verdict.Tag} {verdict.Step} {verdict.Reason}"));
        Assert.Equal("1.2.3-alpine", Select(new SemVerStrategy(Constraint(""), isStrict: true, "alpine"), "1.2.3-alpine 1.3-alpine 1234567-alpine"));
    }

    [Fact]
    public void A_strict_version_is_above_a_commit_of_digits_and_not_above_a_higher_short_one()
    {
        var strategy = new SemVerStrategy(Constraint(""), isStrict: true);
        Assert.Null(Compare(strategy, "1.2.3", "1234567"));
        Assert.Equal(-1, Compare(strategy, "1.2.3", "1.3"));
    }

    [Theory]
    [InlineData("1.2.3 1.2.4 1234567", "1234567 may be a commit or a date rather than a version: strict-semver: \"true\" leaves such tags out")]
    [InlineData("1.2.3 20240101", "20240101 may be a commit or a date rather than a version: strict-semver: \"true\" leaves such tags out")]
    [InlineData("20240101 20240102", null)]
    [InlineData("1.2.3 123456", null)]
    [InlineData("1.2.3 1234567.0.0", null)]
    [InlineData("1.2.3 latest", null)]
    [InlineData("1234567", null)]
    public void A_long_number_among_versions_is_doubted(string tags, string? doubt) =>
        Assert.Equal(doubt, TagSelector.Select(SemVer(""), TagFilter.Everything, Tags(tags)).Doubt);

    private static SemVerStrategy Of(string constraint, string variant) => new(Constraint(constraint), variant: variant);
}
