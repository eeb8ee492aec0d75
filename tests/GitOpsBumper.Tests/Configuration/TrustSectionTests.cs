using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Configuration;

public sealed class TrustSectionTests
{
    [Theory]
    [InlineData("ghcr.io", true)]
    [InlineData("*.io", true)]
    [InlineData("ghcr.io/team/**", true)]
    [InlineData("ghcr.io/*/web", true)]
    [InlineData("quay.io", false)]
    [InlineData("ghcr.io/other/**", false)]
    [InlineData("ghcr.io/team", false)]
    [InlineData("hcr.io", false)]
    public void Images_lie_on_registries_that_a_pattern_permits(string pattern, bool permitted)
    {
        Assert.True(RepositoryName.TryParse("ghcr.io/team/web", out var repository, out _));
        var refusal = new TrustSection { Registries = ["docker.io", pattern] }.Refusal(repository);
        if (permitted)
            Assert.Null(refusal);
        else
            Assert.Equal($"images of ghcr.io/team/web are not looked at: allowed-registries permits docker.io, {pattern}", refusal);
    }

    [Theory]
    [InlineData("https://git.example.com/**", true)]
    [InlineData("https://**", true)]
    [InlineData("https://git.example.com/team/deploy", true)]
    [InlineData("http://**", false)]
    [InlineData("https://git.example.com/*", false)]
    public void Repositories_are_written_to_that_a_pattern_permits(string pattern, bool permitted)
    {
        Assert.True(RepositoryUrl.TryParse("https://git.example.com/team/deploy.git", out var url, out _));
        var refusal = new TrustSection { Repositories = [pattern] }.Refusal(url);
        if (permitted)
            Assert.Null(refusal);
        else
            Assert.EndsWith($"is not written to: allowed-repositories permits {pattern}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_list_everything_is_permitted()
    {
        Assert.True(RepositoryName.TryParse("ghcr.io/team/web", out var repository, out _));
        Assert.Null(new TrustSection().Refusal(repository));
    }
}
