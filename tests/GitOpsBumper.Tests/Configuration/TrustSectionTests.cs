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

    [Theory]
    [InlineData("git@git.example.com:team/**", true)]
    [InlineData("git@git.example.com:team/*", true)]
    [InlineData("GIT@git.example.com:team/deploy.git", true)]
    [InlineData("ssh://git@git.example.com/team/**", true)]
    [InlineData("ssh://git@git.example.com:22/team/**", true)]
    [InlineData("ssh://**", true)]
    [InlineData("*@git.example.com:team/*", true)]
    [InlineData("git@*.example.com/team/*", true)]
    [InlineData("**", true)]
    [InlineData("https://**", false)]
    [InlineData("https://git.example.com/team/**", false)]
    [InlineData("git@git.example.com:other/**", false)]
    [InlineData("git@git.example.com:*", false)]
    [InlineData("robot@git.example.com:team/*", false)]
    [InlineData("ssh://git@git.example.com:2222/team/**", false)]
    [InlineData("ssh://git.example.com/team/**", false)]
    public void Repositories_of_ssh_are_written_to_in_either_form(string pattern, bool permitted)
    {
        foreach (var text in new[] { "git@git.example.com:team/deploy.git", "ssh://git@git.example.com/team/deploy", "git.example.com:team/deploy" })
        {
            Assert.True(RepositoryUrl.TryParse(text, out var url, out _));
            Assert.Equal(permitted, new TrustSection { Repositories = [pattern] }.Refusal(url) is null);
        }
    }

    [Theory]
    [InlineData("ssh://**")]
    [InlineData("git@**")]
    [InlineData("*@git.example.com/**")]
    public void A_pattern_of_ssh_permits_no_other_protocol(string pattern)
    {
        Assert.True(RepositoryUrl.TryParse("https://git.example.com/team/deploy.git", out var url, out _));
        Assert.NotNull(new TrustSection { Repositories = [pattern] }.Refusal(url));
    }

    [Fact]
    public void Without_a_list_everything_is_permitted()
    {
        Assert.True(RepositoryName.TryParse("ghcr.io/team/web", out var repository, out _));
        Assert.Null(new TrustSection().Refusal(repository));
    }
}
