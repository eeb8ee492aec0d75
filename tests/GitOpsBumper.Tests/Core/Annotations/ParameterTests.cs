using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Tests.Core.Annotations;

public sealed class ParameterTests
{
    [Theory]
    [InlineData("web.helm.override-tag: api.tag", "its override parameter 'api.tag' is what 'api' is written to; name another one with 'web.helm.override-tag'")]
    [InlineData("web.helm.override-tag: api.name", "its override parameter 'api.name' is what 'api' is written to; name another one with 'web.helm.override-tag'")]
    public void What_holds_a_version_is_no_parameter_that_is_written(string line, string message)
    {
        var policy = Reading.Of("image-list: web=nginx, api=redis", "web.helm.image-name: web.name", "web.helm.image-tag: web.tag", "api.helm.image-name: api.name", "api.helm.image-tag: api.tag", line);
        Assert.Contains(message, Assert.Single(policy.Images, image => image.Alias == "web").Problems.Select(problem => problem.Message));
        Assert.Empty(Assert.Single(policy.Images, image => image.Alias == "api").Problems);
    }

    [Fact]
    public void Without_annotations_name_and_tag_are_those_of_image()
    {
        var image = Reading.Image("image-list: nginx");
        Assert.Equal(new HelmParameterNames("image.name", "image.tag", null) { IsDefaultName = true }, image.HelmParameters);
        Assert.Equal("image.overrideTag", image.OverrideTagParameter);
    }

    [Theory]
    [InlineData("web.image.tag", "web.image.overrideTag")]
    [InlineData("tag", "overrideTag")]
    [InlineData("images[0].tag", "images[0].overrideTag")]
    [InlineData("pods.example\\.com.tag", "pods.example\\.com.overrideTag")]
    [InlineData("pods.tag\\.x", "pods.overrideTag")]
    public void The_override_stands_beside_the_tag(string tag, string expected) =>
        Assert.Equal(expected, Reading.Image("image-list: web=nginx", $"web.helm.image-tag: {tag}").OverrideTagParameter);

    [Fact]
    public void The_override_can_be_named() =>
        Assert.Equal("hold", Reading.Image("image-list: web=nginx", "web.helm.override-tag: hold").OverrideTagParameter);

    [Fact]
    public void A_tag_parameter_that_is_called_so_has_no_override_beside_it() =>
        Assert.Null(Reading.Image("image-list: web=nginx", "web.helm.image-tag: image.overrideTag").OverrideTagParameter);

    [Fact]
    public void One_parameter_may_take_both()
    {
        var image = Reading.Image("image-list: web=nginx", "web.helm.image-spec: image");
        Assert.Equal(new HelmParameterNames("", "", "image"), image.HelmParameters);
        Assert.Null(image.OverrideTagParameter);
    }

    [Fact]
    public void The_one_parameter_excludes_the_two()
    {
        var policy = Reading.Of("image-list: web=nginx", "web.helm.image-spec: image", "web.helm.image-tag: tag", "web.helm.image-name: name");
        Assert.Empty(Assert.Single(policy.Images).Problems);
        Assert.Equal(2, policy.Problems.Count(problem => problem.Message.Contains("the other two are not written", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("nginx, redis", "image.name|image.tag")]
    [InlineData("a=nginx, b=redis", "image.name|image.tag")]
    [InlineData("a=nginx, b=nginx", "image.tag")]
    [InlineData("nginx, nginx:~1", "image.tag")]
    public void Two_images_may_not_write_one_parameter(string list, string parameters)
    {
        var policy = Reading.Of($"image-list: {list}");
        Assert.Equal(2, policy.Images.Count);
        Assert.All(policy.Images, image => Assert.Equal(
            parameters.Split('|').Select(name => $"Helm parameter '{name}' is written by several images"),
            image.Problems.Select(problem => problem.Message[..problem.Message.IndexOf(" (", StringComparison.Ordinal)])));
        Assert.All(policy.Images, image => Assert.Contains("give each image an alias and parameters of its own", image.Problems[0].Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_aliases_of_one_image_may_share_the_parameter_of_its_name() =>
        Assert.Empty(Reading.Of("image-list: a=nginx, b=nginx", "b.helm.image-tag: b.tag").AllProblems);

    [Fact]
    public void One_parameter_for_both_conflicts_with_the_tag_of_another()
    {
        var policy = Reading.Of("image-list: a=nginx, b=redis", "b.helm.image-spec: image.tag");
        Assert.All(policy.Images, image => Assert.Single(image.Problems));
    }

    [Theory]
    [InlineData("image.tag", DigestFormat.TagAtDigest)]
    [InlineData("image.shasum", DigestFormat.Digest)]
    [InlineData("image.digest", DigestFormat.Digest)]
    [InlineData("sha256", DigestFormat.Digest)]
    [InlineData("sha256.tag", DigestFormat.TagAtDigest)]
    public void The_tag_parameters_name_says_how_a_digest_is_written(string tag, DigestFormat expected)
    {
        Assert.Equal(expected, Reading.Image("image-list: web=nginx", $"web.helm.image-tag: {tag}", "web.update-strategy: digest").DigestFormat);
        Assert.Equal(expected, Reading.Image("image-list: web=nginx", $"web.helm.image-tag: {tag}", "web.pin-digest: true").DigestFormat);
        Assert.Equal(DigestFormat.None, Reading.Image("image-list: web=nginx", $"web.helm.image-tag: {tag}").DigestFormat);
    }

    [Theory]
    [InlineData("tag@digest", DigestFormat.TagAtDigest)]
    [InlineData("digest", DigestFormat.Digest)]
    public void The_format_can_be_chosen(string text, DigestFormat expected) =>
        Assert.Equal(expected, Reading.Image("image-list: web=nginx", "pin-digest: true", $"web.digest-format: {text}").DigestFormat);

    [Theory]
    [InlineData("web.pin-digest: true")]
    [InlineData("web.update-strategy: digest")]
    public void A_digest_that_is_asked_for_can_not_be_left_out(string line) =>
        Assert.Contains("'none' leaves out the digest", Reading.Problem("image-list: web=nginx", line, "web.digest-format: none").Message, StringComparison.Ordinal);

    [Fact]
    public void Downgrades_are_for_semver()
    {
        Assert.True(Reading.Image("image-list: web=nginx", "allow-downgrade: true").AllowDowngrade);
        Assert.False(Reading.Image("image-list: web=nginx", "web.allow-downgrade: true", "update-strategy: numerical").AllowDowngrade);
        Assert.Contains("for strategy semver", Reading.Problem("image-list: web=nginx", "allow-downgrade: true", "update-strategy: numerical").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_is_a_tag() => Assert.Equal("1.4.1", Reading.Image("image-list: web=nginx", "web.pin: 1.4.1").Pin?.Text);

    [Theory]
    [InlineData("pullsecret:argocd/regcred")]
    [InlineData("secret:argocd/regcred#creds")]
    [InlineData("env:REGISTRY")]
    [InlineData("ext:/scripts/login.sh")]
    public void A_pull_secret_has_four_forms(string text) =>
        Assert.Equal(text, Reading.Image("image-list: web=nginx", $"pull-secret: {text}").PullSecret?.ToString());

    [Fact]
    public void The_operator_can_allow_other_namespaces()
    {
        var app = Reading.App([Reading.HelmSource], "image-list: web=nginx", "pull-secret: pullsecret:shared/regcred", "write-back-method: git:secret:shared/git");
        Assert.Equal(2, AnnotationReader.Read(app, new AnnotationDefaults())?.AllProblems.Count());
        Assert.Empty(AnnotationReader.Read(app, new AnnotationDefaults { AllowedSecretNamespaces = ["shared"] })!.AllProblems);
        Assert.Empty(AnnotationReader.Read(app, new AnnotationDefaults { AllowedSecretNamespaces = ["*"] })!.AllProblems);
    }
}
