using GitOpsBumper.Core.Selection;
using static GitOpsBumper.Tests.Core.Selection.SelectionParts;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class TagSelectorTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("1.0.0.sig")]
    [InlineData("v2.att")]
    [InlineData("9.sbom")]
    [InlineData("sha256-" + Hex)]
    [InlineData("sha256-" + Hex + ".sig")]
    [InlineData("sha512-" + Hex)]
    public void What_tools_keep_beside_an_image_is_never_chosen(string artefact)
    {
        Assert.Equal("1.0", Select(SemVer(""), "1.0 " + artefact));
        Assert.Equal("1.0", Select(new AlphabeticalStrategy(), "1.0 " + artefact));
        Assert.Equal("1.0", Select(new NewestBuildStrategy(), "1.0 " + artefact, Filter(".*")));
        Assert.Equal("", Select(new DigestStrategy(Tag(artefact)), artefact));
    }

    [Theory]
    [InlineData("signed")]
    [InlineData("sig")]
    [InlineData("1.0-sig")]
    [InlineData("sha256-build")]
    [InlineData("sha-abcdef0")]
    public void Names_that_only_resemble_those_stay(string tag) => Assert.Equal(tag, Select(new AlphabeticalStrategy(), tag));

    [Fact]
    public void Every_tag_has_its_step_and_reason()
    {
        var verdicts = TagSelector.Explain(
            SemVer("~1.2"),
            Filter(@"^v?\d|^rc|sig$", "*-beta*"),
            Tags("1.2.3 v1.2.3 1.2.4 1.3.0 1.2.5-rc1 1.2.6-beta2 latest rc-1 1.2.4.sig"));
        Assert.Equal(
            [
                "1.2.3 Outranked is outranked by '1.2.4'",
                "v1.2.3 Outranked is outranked by '1.2.4'",
                "1.2.4 Chosen is the best one",
                "1.3.0 Constraint does not satisfy constraint '~1.2'",
                "1.2.5-rc1 Constraint is a pre-release, which constraint '~1.2' does not ask for",
                "1.2.6-beta2 IgnoreTags matches ignore-tags '*-beta*'",
                "latest AllowTags does not match allow-tags 'regexp:^v?\\d|^rc|sig$'",
                "rc-1 Parse is not a version",
                "1.2.4.sig ToolArtefact is a signature, an attestation or the like",
            ],
            verdicts.Select(verdict => $"{verdict.Tag} {verdict.Step} {verdict.Reason}"));
    }

    [Fact]
    public void A_tie_is_explained_as_a_tie()
    {
        var verdicts = TagSelector.Explain(SemVer(""), TagFilter.Everything, Tags("1.20 1.20.0"));
        Assert.Equal([SelectionStep.Outranked, SelectionStep.Chosen], verdicts.Select(verdict => verdict.Step));
        Assert.Equal("ranks equal to '1.20.0', which comes later in ordinal order", verdicts[0].Reason);
    }

    [Fact]
    public void What_the_build_date_decides_is_left_open()
    {
        var verdicts = TagSelector.Explain(new NewestBuildStrategy(), Filter(null, "old*"), Tags("a old1 b"));
        Assert.Equal([SelectionStep.Platform, SelectionStep.IgnoreTags, SelectionStep.Platform], verdicts.Select(verdict => verdict.Step));
    }

    [Fact]
    public void Nothing_eligible_is_summed_up()
    {
        Assert.Equal("the repository has no tags", Sum(SemVer(""), TagFilter.Everything, ""));
        Assert.Equal("3 tags, 2 not allowed by allow-tags, 1 not versions", Sum(SemVer(""), Filter("^rel"), "1.0 2.0 release"));
        Assert.Equal("5 tags, 1 signatures or attestations, 1 ignored by ignore-tags, 1 not versions, 2 outside the constraint", Sum(SemVer("~9"), Filter(null, "x*"), "1.0 2.0 a.sig x1 latest"));
        Assert.Equal("1 tag, 1 not numbers", Sum(new NumericalStrategy(), TagFilter.Everything, "a"));
        Assert.Equal("1 tag, 1 with another name than the wanted one", Sum(new DigestStrategy(Tag("latest")), TagFilter.Everything, "a"));
        Assert.Equal("2 tags, 1 not versions, 1 eligible", Sum(SemVer(""), TagFilter.Everything, "1 a"));
    }

    [Fact]
    public void A_filter_that_could_not_be_read_lets_nothing_in() =>
        Assert.Equal("", Select(SemVer(""), "1.0 2.0", new TagFilter(AllowPattern.Nothing, [])));

    private static string Sum(ITagStrategy strategy, TagFilter filter, string tags) => TagSelector.Select(strategy, filter, Tags(tags)).Summary;
}
