using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Tests.Adapters.Git;

public sealed class RepositoryUrlTests
{
    [Theory]
    [InlineData("https://Git.Example.com/Team/Config.git", "https://git.example.com/Team/Config.git", "git.example.com")]
    [InlineData(" https://git.example.com/team/config/ ", "https://git.example.com/team/config", "git.example.com")]
    [InlineData("HTTPS://git.example.com:443/a", "https://git.example.com/a", "git.example.com")]
    [InlineData("http://git.example.com:8080/a", "http://git.example.com:8080/a", "git.example.com:8080")]
    [InlineData("https://robot@git.example.com/a", "https://git.example.com/a", "git.example.com")]
    [InlineData("https://git.example.com/a b", "https://git.example.com/a%20b", "git.example.com")]
    [InlineData("https://org@dev.azure.com/org/My%20Project/_git/config", "https://dev.azure.com/org/My%20Project/_git/config", "dev.azure.com")]
    [InlineData("https://org@dev.azure.com/org/My Project/_git/config.git", "https://dev.azure.com/org/My%20Project/_git/config.git", "dev.azure.com")]
    [InlineData("https://gitlab.com/group/sub/deep/config", "https://gitlab.com/group/sub/deep/config", "gitlab.com")]
    public void Http_is_brought_into_one_form(string text, string normal, string host)
    {
        var url = Read(text);
        Assert.True(url.IsHttp);
        Assert.Equal(normal, url.ToString());
        Assert.Equal(host, url.Host);
    }

    [Theory]
    [InlineData("/srv/git/config.git", "/srv/git/config.git")]
    [InlineData("/srv/git/config.git/", "/srv/git/config.git")]
    [InlineData("file:///srv/git/config.git", "/srv/git/config.git")]
    [InlineData("FILE:///srv/git/config.git/", "/srv/git/config.git")]
    public void A_folder_of_this_machine_is_a_repository(string text, string normal)
    {
        Assert.Equal(normal, Read(text).Text);
        Assert.False(Read(text).IsHttp);
        Assert.Equal("", Read(text).Host);
    }

    [Fact]
    public void A_user_is_known_and_makes_no_difference()
    {
        Assert.Equal("robot", Read("https://robot@git.example.com/a").User);
        Assert.Null(Read("https://git.example.com/a").User);
        Assert.Equal(Read("https://git.example.com/a"), Read("https://robot@git.example.com/a"));
        Assert.Equal(Read("https://git.example.com/a").GetHashCode(), Read("https://robot@git.example.com/a").GetHashCode());
    }

    [Theory]
    [InlineData("https://robot:hunter2@git.example.com/a")]
    [InlineData("https://robot:hunter2@git.example.com/a?b")]
    [InlineData("https://:hunter2@git.example.com/a")]
    [InlineData("https://robot:hun%74er2@git.example.com/a")]
    [InlineData("ftp://robot:hunter2@git.example.com/a")]
    [InlineData("ssh://robot:hunter2@git.example.com/a")]
    [InlineData("SSH://robot:hunter2@git.example.com/a")]
    [InlineData("https://robot:hunter2@[bad/a")]
    [InlineData("robot:hunter2@git.example.com:a")]
    [InlineData("https:robot:hunter2@git.example.com/a")]
    public void A_password_is_refused_and_not_repeated(string text)
    {
        Assert.False(RepositoryUrl.TryParse(text, out _, out var problem));
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hun%74er2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_said_to_belong_into_a_secret()
    {
        Assert.False(RepositoryUrl.TryParse("https://robot:hunter2@git.example.com/a", out _, out var problem));
        Assert.Equal("repository 'https://***@git.example.com/a' has a password in its URL; put it into a repository secret and leave the URL without it", problem);
    }

    [Theory]
    [InlineData("", "the repository URL is empty")]
    [InlineData("  ", "the repository URL is empty")]
    [InlineData("https://h/a\nb", "the repository URL has control characters")]
    [InlineData("ext::sh -c true", "is not a URL that can be written to")]
    [InlineData("ftp://h/a", "is not a URL that can be written to")]
    [InlineData("file://host/a", "is not a URL that can be written to")]
    [InlineData("../config", "is not a URL that can be written to")]
    [InlineData("--upload-pack=x", "is not a URL that can be written to")]
    [InlineData("https://h/a?token=1", "has a query or a fragment")]
    [InlineData("https://h/a#main", "has a query or a fragment")]
    public void Other_things_are_refused_with_the_reason(string text, string problem)
    {
        Assert.False(RepositoryUrl.TryParse(text, out _, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_is_not_repeated_since_it_may_hold_a_token()
    {
        Assert.False(RepositoryUrl.TryParse("https://h/a?private_token=hunter2", out _, out var problem));
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    private static RepositoryUrl Read(string text)
    {
        Assert.True(RepositoryUrl.TryParse(text, out var url, out var problem), problem);
        return url;
    }
}
