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
