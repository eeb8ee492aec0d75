using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Tests.Core.Annotations;

public sealed class StrategyTests
{
    [Theory]
    [InlineData("", UpdateStrategy.SemVer)]
    [InlineData("semver", UpdateStrategy.SemVer)]
    [InlineData("SemVer", UpdateStrategy.SemVer)]
    [InlineData("newest-build", UpdateStrategy.NewestBuild)]
    [InlineData("latest", UpdateStrategy.NewestBuild)]
    [InlineData("alphabetical", UpdateStrategy.Alphabetical)]
    [InlineData("name", UpdateStrategy.Alphabetical)]
    [InlineData("numerical", UpdateStrategy.Numerical)]
    [InlineData("digest", UpdateStrategy.Digest)]
    public void Strategies_have_these_names(string text, UpdateStrategy expected)
    {
        var policy = Reading.Of("image-list: web=nginx", $"web.update-strategy: {text}");
        Assert.Equal(expected, Assert.Single(policy.Images).Strategy.Kind);
        Assert.Empty(policy.AllProblems);
    }

    [Fact]
    public void Without_annotation_the_strategy_is_semver_with_any_release()
    {
        var image = Reading.Image("image-list: web=nginx");
        Assert.Equal("*", Assert.IsType<SemVerStrategy>(image.Strategy).Constraint.Text);
        Assert.Equal("", image.ConstraintText);
    }

    [Fact]
    public void An_images_own_key_wins_over_the_applications()
    {
        var policy = Reading.Of("image-list: a=nginx, b=redis", "update-strategy: digest", "a.update-strategy: numerical", "b.helm.image-name: b.n", "b.helm.image-tag: b.t");
        Assert.Equal([UpdateStrategy.Numerical, UpdateStrategy.Digest], policy.Images.Select(image => image.Strategy.Kind));
        Assert.Empty(policy.AllProblems);
    }

    [Fact]
    public void An_empty_own_key_brings_the_built_in_default_back() =>
        Assert.Equal(UpdateStrategy.SemVer, Reading.Image("image-list: a=nginx", "update-strategy: digest", "a.update-strategy: ").Strategy.Kind);

    [Fact]
    public void A_constraint_may_stand_with_the_strategy()
    {
        var image = Reading.Image("image-list: web=nginx", "web.update-strategy: semver:~1.2");
        Assert.Equal("~1.2", image.ConstraintText);
        Assert.Equal("~1.2", Assert.IsType<SemVerStrategy>(image.Strategy).Constraint.Text);
    }

    [Fact]
    public void The_lists_constraint_wins_over_one_in_the_applications_strategy() =>
        Assert.Equal("~1", Reading.Image("image-list: web=nginx:~1", "update-strategy: semver:~2").ConstraintText);

    [Fact]
    public void Digest_follows_the_tag_in_the_list_or_latest()
    {
        Assert.Equal("latest", Assert.IsType<DigestStrategy>(Reading.Image("image-list: web=nginx", "update-strategy: digest").Strategy).Wanted.Text);
        var image = Reading.Image("image-list: web=nginx:stable", "update-strategy: digest");
        Assert.Equal("stable", Assert.IsType<DigestStrategy>(image.Strategy).Wanted.Text);
        Assert.Equal("stable", image.ConstraintText);
    }

    [Theory]
    [InlineData("web.update-strategy: semvre", "did you mean 'semver'?")]
    [InlineData("web.update-strategy: semver:~2", "contradicts '~1'")]
    [InlineData("web.update-strategy: digest", "follows one tag")]
    [InlineData("web.allow-tags: v.*", "neither 'any' nor 'regexp:'")]
    [InlineData("web.allow-tags: regexp:(", "(")]
    [InlineData("web.ignore-tags: a,[b", "[b")]
    [InlineData("web.platforms: linux", "os/arch")]
    [InlineData("web.force-update: yes", "neither true nor false")]
    [InlineData("web.force-update: True", "in lower case")]
    [InlineData("web.pull-secret: foo", "pullsecret:")]
    [InlineData("web.pull-secret: pullsecret:other/regcred", "another namespace")]
    [InlineData("web.pull-secret: secret:other/regcred#a", "another namespace")]
    [InlineData("web.pin: a b", "contains ' '")]
    [InlineData("web.digest-format: both", "tag@digest, digest and none")]
    [InlineData("web.helm.image-tag: a=b", "not the name of a Helm parameter")]
    [InlineData("web.helm.image-tag: image.name", "both the parameter for the name and the one for the tag")]
    [InlineData("web.helm.override-tag: image.tag", "cannot be the one that holds them")]
    [InlineData("web.kustomize.image-name: a b", "not the name of an image in a kustomization")]
    public void A_bad_value_stops_its_image_alone(string line, string part)
    {
        var policy = Reading.Of("image-list: web=nginx:~1, other=redis", "other.helm.image-name: o.name", "other.helm.image-tag: o.tag", line);
        Assert.Contains(part, Assert.Single(policy.Images[0].Problems).Message, StringComparison.Ordinal);
        var key = part == "follows one tag" ? "image-list" : line.Split(": ")[0];
        Assert.EndsWith("/" + key, policy.Images[0].Problems[0].Key, StringComparison.Ordinal);
        Assert.Empty(policy.Images[1].Problems);
        Assert.Empty(policy.Problems);
        Assert.NotNull(policy.WriteBack);
    }

    [Fact]
    public void Only_semver_takes_a_constraint_behind_its_name() =>
        Assert.Contains("semver:<constraint> alone", Reading.Problem("image-list: web=nginx", "web.update-strategy: digest:stable").Message, StringComparison.Ordinal);

    [Fact]
    public void All_problems_come_at_once() =>
        Assert.Equal(4, Reading.Of("image-list: web=nginx:what", "web.platforms: x", "web.force-update: 1", "wob.pin: 1").AllProblems.Count());

    [Fact]
    public void A_bad_default_stops_the_images_that_use_it()
    {
        var policy = Reading.Of("image-list: a=nginx, b=redis", "platforms: x", "a.platforms: linux/amd64", "b.helm.image-name: b.n", "b.helm.image-tag: b.t");
        Assert.Empty(policy.Images[0].Problems);
        Assert.Single(policy.Images[1].Problems);
        Assert.Empty(policy.Problems);
    }

    [Fact]
    public void A_bad_default_that_no_image_uses_is_told_and_stops_none()
    {
        var policy = Reading.Of("image-list: a=nginx", "platforms: x", "a.platforms: linux/amd64");
        Assert.Empty(policy.Images[0].Problems);
        Assert.EndsWith("/platforms", Assert.Single(policy.Problems).Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web=nginx:~1", "update-strategy: newest-build", "constraint '~1' of image 'nginx' has no effect with strategy newest-build")]
    [InlineData("web=nginx", "web.extract: $1", "strategies numerical and alphabetical sort by it")]
    [InlineData("web=nginx", "extract: $1", "no image has one of them")]
    [InlineData("web=nginx", "web.digest-format: digest", "no digest is written")]
    [InlineData("web=nginx", "digest-format: digest", "no image has strategy digest")]
    public void What_has_no_effect_is_told_and_stops_none(string list, string line, string part)
    {
        var policy = Reading.Of($"image-list: {list}", line);
        Assert.Empty(policy.Images[0].Problems);
        Assert.Contains(part, Assert.Single(policy.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constraint_without_effect_is_not_shown_as_one() =>
        Assert.Equal("", Reading.Image("image-list: web=nginx:~1", "update-strategy: newest-build").ConstraintText);

    [Fact]
    public void Tag_match_is_the_old_name_of_allow_tags()
    {
        var image = Reading.Image("image-list: web=nginx", "web.tag-match: regexp:^v");
        Assert.Equal("regexp:^v", image.Filter.Allow.Text);
        var both = Reading.Of("image-list: web=nginx", "web.tag-match: regexp:^v", "web.allow-tags: regexp:^w");
        Assert.Equal("regexp:^w", Assert.Single(both.Images).Filter.Allow.Text);
        Assert.Contains("old name of allow-tags", Assert.Single(both.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_allow_tags_lets_nothing_through()
    {
        var image = Assert.Single(Reading.Of("image-list: web=nginx", "web.allow-tags: latest").Images);
        Assert.False(image.Filter.Allow.Matches("latest"));
    }

    [Fact]
    public void Numbers_can_be_extracted_from_what_allow_tags_names()
    {
        var image = Reading.Image("image-list: web=nginx", "web.update-strategy: numerical", "web.allow-tags: regexp:^main-(?P<ts>\\d+)$", "web.extract: $ts");
        Assert.True(Tag.TryParse("main-20260818123456", out var tag, out _));
        Assert.True(image.Strategy.TryAccept(tag, out _, out _));
    }

    [Fact]
    public void The_group_that_is_extracted_must_exist() =>
        Assert.Contains("'ts'", Reading.Problem("image-list: web=nginx", "web.update-strategy: numerical", "web.allow-tags: regexp:^(\\d+)$", "web.extract: $ts").Message, StringComparison.Ordinal);

    [Fact]
    public void Platforms_and_globs_are_lists()
    {
        var image = Reading.Image("image-list: web=nginx", "platforms: linux/amd64, linux/arm/v7,", "ignore-tags: *-rc*, nightly");
        Assert.Equal(["linux/amd64", "linux/arm/v7"], image.Platforms.Select(platform => platform.ToString()));
        Assert.Equal(["*-rc*", "nightly"], image.Filter.Ignore.Select(glob => glob.Text));
    }
}
