using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Tests.Core.Annotations;

public sealed class VariantTests
{
    [Theory]
    [InlineData("keep", "", true)]
    [InlineData("none", "", false)]
    [InlineData("alpine", "alpine", false)]
    [InlineData("slim-bookworm", "slim-bookworm", false)]
    public void A_variant_is_kept_or_named(string text, string variant, bool isKept)
    {
        foreach (var key in new[] { "variant", "web.variant" })
        {
            var image = Reading.Image("image-list: web=nginx", $"{key}: {text}");
            Assert.Equal(variant, Assert.IsType<SemVerStrategy>(image.Strategy).Variant);
            Assert.Equal(isKept, image.KeepsVariant);
        }
    }

    [Fact]
    public void Without_annotation_there_are_no_variants_and_any_version_will_do()
    {
        var strategy = Assert.IsType<SemVerStrategy>(Reading.Image("image-list: web=nginx", "variant: keep", "web.variant: ").Strategy);
        Assert.Null(strategy.Variant);
        Assert.False(strategy.IsStrict);
        Assert.True(Assert.IsType<SemVerStrategy>(Reading.Image("image-list: web=nginx", "strict-semver: true").Strategy).IsStrict);
    }

    [Theory]
    [InlineData("web.variant: -alpine", "is written without the dash in front: 'alpine'")]
    [InlineData("web.variant: rc1-alpine", "'rc1-alpine' is no variant")]
    [InlineData("web.variant: a b", "'a b' is no variant; allowed are keep, none")]
    [InlineData("web.strict-semver: yes", "neither true nor false")]
    public void What_cannot_be_a_variant_stops_the_image(string line, string part) =>
        Assert.Contains(part, Assert.Single(Assert.Single(Reading.Of("image-list: web=nginx", line).Images).Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("newest-build")]
    [InlineData("alphabetical")]
    [InlineData("numerical")]
    [InlineData("digest")]
    public void Other_strategies_know_no_variants_and_say_so(string strategy)
    {
        foreach (var (key, value) in new[] { ("variant", "keep"), ("strict-semver", "true"), ("allow-downgrade", "true") })
        {
            var own = Reading.Of("image-list: web=nginx", $"update-strategy: {strategy}", $"web.{key}: {value}");
            Assert.Contains($"'{value}' has no effect: it is for strategy semver", Assert.Single(own.Problems).Message, StringComparison.Ordinal);
            Assert.Empty(own.Images[0].Problems);
            var shared = Reading.Of("image-list: web=nginx", $"update-strategy: {strategy}", $"{key}: {value}");
            Assert.Contains($"'{value}' has no effect: it is for strategy semver, which no image has", Assert.Single(shared.Problems).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_digest_alone_keeps_no_variant()
    {
        Assert.Contains(
            "'keep' needs the tag, which digest-format digest does not write",
            Reading.Problem("image-list: web=nginx", "web.variant: keep", "web.pin-digest: true", "web.digest-format: digest").Message, StringComparison.Ordinal);
        Assert.Empty(Reading.Of("image-list: web=nginx", "web.variant: alpine", "web.pin-digest: true", "web.digest-format: digest").AllProblems);
    }

    [Theory]
    [InlineData("1234567")]
    [InlineData("0a1b2c3")]
    [InlineData("0a1b2c3d4e5f")]
    public void Commits_that_run_under_semver_are_told_before_one_of_digits_is_the_highest_version(string tag)
    {
        var problem = Assert.Single(Running(tag).AllProblems);
        Assert.Equal(("gitopsbumper.io/image-list", tag), (problem.Key, problem.Value));
        Assert.StartsWith($"image 'nginx' has tag '{tag}', which looks like a commit", problem.Message, StringComparison.Ordinal);
        Assert.Single(Written(tag).AllProblems);
    }

    [Theory]
    [InlineData("1.27.3")]
    [InlineData("123456")]
    [InlineData("20240401")]
    [InlineData("20240401123456")]
    [InlineData("defaced")]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    public void Versions_dates_and_words_are_not_told(string tag)
    {
        Assert.Empty(Running(tag).AllProblems);
        Assert.Empty(Written(tag).AllProblems);
    }

    [Theory]
    [InlineData("web.strict-semver: true")]
    [InlineData("web.strict-semver: false")]
    [InlineData("strict-semver: false")]
    [InlineData("web.update-strategy: newest-build")]
    [InlineData("web.update-strategy: semver:~1")]
    [InlineData("web.allow-tags: regexp:^v?[0-9]+\\.")]
    [InlineData("web.ignore-tags: [0-9]*")]
    public void Whoever_keeps_commits_out_is_not_told_of_them(string line) => Assert.Empty(Running("0a1b2c3", line).AllProblems);

    private static ApplicationPolicy Running(string tag, params string[] lines)
    {
        Assert.True(ImageReference.TryParse($"nginx:{tag}", out var image, out var problem), problem);
        var application = Reading.App([Reading.HelmSource], ["gitopsbumper.io/image-list: web=nginx", .. lines]) with { RunningImages = [image] };
        return AnnotationReader.Read(application, new AnnotationDefaults())!;
    }

    private static ApplicationPolicy Written(string tag) =>
        Reading.Of(Reading.HelmSource with { HelmParameters = [new HelmParameter("image.tag", tag, ForceString: true)] }, "gitopsbumper.io/image-list: web=nginx");
}
