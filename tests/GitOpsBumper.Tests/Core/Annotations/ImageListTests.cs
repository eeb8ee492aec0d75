namespace GitOpsBumper.Tests.Core.Annotations;

public sealed class ImageListTests
{
    [Theory]
    [InlineData("nginx", null, "nginx", "")]
    [InlineData("nginx:~1.26", null, "nginx", "~1.26")]
    [InlineData("nginx:>=1.26", null, "nginx", ">=1.26")]
    [InlineData("web=nginx:>=1.26 <2", "web", "nginx", ">=1.26 <2")]
    [InlineData("web = nginx : ^1 || ^3", "web", "nginx", "^1 || ^3")]
    [InlineData("web=localhost:5000/a/b", "web", "localhost:5000/a/b", "")]
    [InlineData("web=localhost:5000/a/b:1.x", "web", "localhost:5000/a/b", "1.x")]
    [InlineData("argoproj/argocd=ghcr.io/x/argocd", "argoproj/argocd", "ghcr.io/x/argocd", "")]
    [InlineData(" web=nginx , ", "web", "nginx", "")]
    public void An_entry_is_alias_image_and_constraint(string list, string? alias, string image, string constraint)
    {
        var policy = Reading.Image($"image-list: {list}");
        Assert.Equal(alias, policy.Alias);
        Assert.Equal(image, policy.Image.ToString());
        Assert.Equal(constraint, policy.ConstraintText);
        Assert.Equal(alias ?? image, policy.DisplayAlias);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(",,", "empty")]
    [InlineData("a b=nginx", "alias 'a b'")]
    [InlineData("=nginx", "alias ''|separates images")]
    [InlineData("web=Nginx", "capital letters")]
    [InlineData("web=", "image name is empty")]
    [InlineData("web=nginx@sha256:abc", "names a digest")]
    [InlineData("web=nginx:1@sha256:abc", "names a digest")]
    [InlineData("web=nginx:>=1,<2", "'>=1, <2' of image 'nginx' has a comma")]
    [InlineData("<2", "'<2' has a comma")]
    public void A_bad_entry_is_one_problem_that_shows_it(string list, string part)
    {
        var problem = Reading.Problem($"image-list: {list}", "write-back-method: git");
        Assert.Contains(part.Split('|'), text => problem.Message.Contains(text, StringComparison.Ordinal));
        Assert.Equal("argocd-image-updater.argoproj.io/image-list", problem.Key);
        Assert.Equal(list, problem.Value);
    }

    [Fact]
    public void A_bad_entry_leaves_its_siblings_alone()
    {
        var policy = Reading.Of("image-list: a=nginx, b=BAD, c=redis", "b.update-strategy: digest", "c.helm.image-tag: c.tag", "c.helm.image-name: c.name");
        Assert.Equal(["a", "c"], policy.Images.Select(image => image.Alias));
        Assert.All(policy.Images, image => Assert.Empty(image.Problems));
        Assert.Contains("BAD", Assert.Single(policy.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web=nginx, web=redis")]
    [InlineData("a/b=nginx, a_b=redis")]
    public void An_alias_given_twice_stops_both(string list)
    {
        var policy = Reading.Of($"image-list: {list}");
        Assert.Equal(2, policy.Images.Count);
        Assert.All(policy.Images, image => Assert.Contains(image.Problems, problem => problem.Message.Contains("is given to 2 images", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_slash_in_an_alias_is_an_underscore_in_keys() =>
        Assert.True(Reading.Image("image-list: a/b=nginx", "a_b.force-update: true").ForceUpdate);
}
