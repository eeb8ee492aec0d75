using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Images;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("nginx", "docker.io/library/nginx", null)]
    [InlineData("nginx:1.27", "docker.io/library/nginx", "1.27")]
    [InlineData("index.docker.io/nginx:1.27", "docker.io/library/nginx", "1.27")]
    [InlineData("localhost:5000/a/b", "localhost:5000/a/b", null)]
    [InlineData("localhost:5000/a/b:c", "localhost:5000/a/b", "c")]
    [InlineData("GHCR.io/team/web:1", "ghcr.io/team/web", "1")]
    [InlineData("[::1]:5000/web:1", "[::1]:5000/web", "1")]
    public void Spellings_of_one_repository_are_equal(string text, string repository, string? version)
    {
        Assert.True(ImageReference.TryParse(text, out var reference, out var problem), problem);
        Assert.Equal(repository, reference.Repository.ToString());
        Assert.Equal(version, reference.Version?.ToString());
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("a.b/c", true)]
    [InlineData("host.example.com:65535/c", true)]
    [InlineData("localhost/c", true)]
    [InlineData("[fe80::1]/c", true)]
    [InlineData("a--b/c__d/e.f-g", true)]
    [InlineData("a___b", false)]
    [InlineData("a..b", false)]
    [InlineData("a_.b", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a/-b", false)]
    [InlineData("a/b_", false)]
    [InlineData("a/", false)]
    [InlineData("host.example.com:123456/c", false)]
    [InlineData("host.example.com:/c", false)]
    [InlineData("-host.example.com/c", false)]
    [InlineData("host-.example.com/c", false)]
    [InlineData("host..com/c", false)]
    [InlineData("[]:5000/c", false)]
    [InlineData("[g::1]:5000/c", false)]
    public void Names_follow_the_distribution_grammar(string text, bool expected) => Assert.Equal(expected, RepositoryName.TryParse(text, out _, out _));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("Web", "capital")]
    [InlineData("web:", "empty")]
    [InlineData("web:-a", "starts with '-'")]
    [InlineData("web@sha256:abc", "3 hex digits, sha256 has 64")]
    [InlineData("a//b", "not a repository")]
    [InlineData("bad host.io/x", "registry 'bad host.io'")]
    public void What_is_not_a_reference_is_named(string text, string part)
    {
        Assert.False(ImageReference.TryParse(text, out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }
}
