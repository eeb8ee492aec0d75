using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration.PullRequests;
using GitOpsBumper.Tests.Core.Annotations;

namespace GitOpsBumper.Tests.Configuration.PullRequests;

/// <summary>What <c>--forge</c> and <c>--forge-token</c> take.</summary>
public sealed class ForgeSettingTests
{
    [Theory]
    [InlineData("git.example.com=github", "git.example.com", ForgeKind.GitHub, null)]
    [InlineData("git.example.com=gitlab", "git.example.com", ForgeKind.GitLab, null)]
    [InlineData("git.example.com=gitea", "git.example.com", ForgeKind.Gitea, null)]
    [InlineData("git.example.com=bitbucket-cloud", "git.example.com", ForgeKind.BitbucketCloud, null)]
    [InlineData("git.example.com=bitbucket-server", "git.example.com", ForgeKind.BitbucketServer, null)]
    [InlineData("git.example.com=azure-devops", "git.example.com", ForgeKind.AzureDevOps, null)]
    [InlineData(" Git.Example.com:8443 = GitLab ", "git.example.com:8443", ForgeKind.GitLab, null)]
    [InlineData("[2001:db8::1]:3000=gitea", "[2001:db8::1]:3000", ForgeKind.Gitea, null)]
    [InlineData("git.example.com=github@https://git.example.com/api/v3/", "git.example.com", ForgeKind.GitHub, "https://git.example.com/api/v3")]
    [InlineData("git.example.com=gitlab @ https://api.example.com:8443/v4", "git.example.com", ForgeKind.GitLab, "https://api.example.com:8443/v4")]
    [InlineData("127.0.0.1:3000=gitea@http://127.0.0.1:3000/api/v1", "127.0.0.1:3000", ForgeKind.Gitea, "http://127.0.0.1:3000/api/v1")]
    public void A_host_is_said_to_be_a_forge(string text, string name, ForgeKind kind, string? api)
    {
        Assert.True(ForgeHost.TryParse(text, out var host, out var problem), problem);
        Assert.Equal(new ForgeHost(name, kind, api is null ? null : new Uri(api)), host);
    }

    [Theory]
    [InlineData("gitlab", "'gitlab' names no host; allowed is <host>=<forge>, such as git.example.com=gitlab")]
    [InlineData("=gitlab", "'=gitlab' names no host; allowed is <host>=<forge>, such as git.example.com=gitlab")]
    [InlineData("https://git.example.com=gitlab", "'https://git.example.com' is no host; allowed is what stands between :// and the path of a repository's URL, with its port where it has one")]
    [InlineData("git example.com=gitlab", "'git example.com' is no host; allowed is what stands between :// and the path of a repository's URL, with its port where it has one")]
    [InlineData("git.example.com=svn", "'svn' is no forge; allowed are github, gitlab, gitea, bitbucket-cloud, bitbucket-server, azure-devops")]
    [InlineData("git.example.com=", "'' is no forge; allowed are github, gitlab, gitea, bitbucket-cloud, bitbucket-server, azure-devops")]
    [InlineData("git.example.com=gitlab@", "'' is not the URL of an API; allowed is such as https://git.example.com/api/v4, and http:// for this machine alone")]
    [InlineData("git.example.com=gitlab@api/v4", "'api/v4' is not the URL of an API; allowed is such as https://git.example.com/api/v4, and http:// for this machine alone")]
    [InlineData("git.example.com=gitlab@ftp://x/api", "'ftp://x/api' is not the URL of an API; allowed is such as https://git.example.com/api/v4, and http:// for this machine alone")]
    [InlineData("git.example.com=gitlab@http://git.example.com/api/v4", "'http://git.example.com/api/v4' is not the URL of an API; allowed is such as https://git.example.com/api/v4, and http:// for this machine alone")]
    [InlineData("git.example.com=gitlab@https://ada@x/api", "'https://ada@x/api' is not the URL of an API; allowed is such as https://git.example.com/api/v4, and http:// for this machine alone")]
    [InlineData("git.example.com=gitlab@https://x/api?a=b", "'https://x/api?a=b' is not the URL of an API; allowed is such as https://git.example.com/api/v4, and http:// for this machine alone")]
    [InlineData("git.example.com=gitlab@https://x/api#a", "'https://x/api#a' is not the URL of an API; allowed is such as https://git.example.com/api/v4, and http:// for this machine alone")]
    public void What_says_no_forge_is_told(string text, string expected)
    {
        Assert.False(ForgeHost.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Annotations_and_settings_call_forges_by_the_same_words()
    {
        Assert.Equal(Enum.GetValues<ForgeKind>(), ForgeHost.Kinds.Select(pair => pair.Value));
        Assert.All(ForgeHost.Kinds, pair => Assert.Equal((pair.Key, pair.Key), (ForgeHost.WordOf(pair.Value), Reading.Of("image-list: web=nginx", $"pull-request: {pair.Key}").WriteBack!.Proposal!.Forge)));
    }

    [Theory]
    [InlineData("git.example.com=secret:argocd/forge#token", "git.example.com", "secret:argocd/forge#token")]
    [InlineData("Git.Example.com:8443 = env:FORGE_TOKEN", "git.example.com:8443", "env:FORGE_TOKEN")]
    [InlineData("git.example.com=ext:/scripts/token.sh", "git.example.com", "ext:/scripts/token.sh")]
    [InlineData("git.example.com=none", "git.example.com", null)]
    public void A_token_of_a_host_is_somewhere_or_there_is_none(string text, string host, string? where)
    {
        Assert.True(ForgeToken.TryParse(text, out var token, out var problem), problem);
        Assert.Equal((host, where), (token.Host, token.Reference?.ToString()));
    }

    [Theory]
    [InlineData("env:FORGE_TOKEN", "'env:FORGE_TOKEN' names no host; allowed is <host>=secret:<namespace>/<name>#<field>, <host>=env:<NAME>, <host>=ext:<path> and <host>=none")]
    [InlineData("=none", "'=none' names no host; allowed is <host>=secret:<namespace>/<name>#<field>, <host>=env:<NAME>, <host>=ext:<path> and <host>=none")]
    [InlineData("git.example.com=pullsecret:argocd/hub", "git.example.com: 'pullsecret:argocd/hub' is a secret for registries; allowed are secret:<namespace>/<name>#<field>, env:<NAME>, ext:<path> and none")]
    public void What_says_no_token_is_told(string text, string expected)
    {
        Assert.False(ForgeToken.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("git.example.com=secret:argocd/forge", "secret:<namespace>/<name>#<field>")]
    [InlineData("git.example.com=ext:token.sh", "ext:<absolute path of a program>")]
    [InlineData("git.example.com=", "secret:<namespace>/<name>#<field>")]
    public void A_place_that_is_none_is_told_with_its_host(string text, string allowed)
    {
        Assert.False(ForgeToken.TryParse(text, out _, out var problem));
        Assert.StartsWith("git.example.com: ", problem, StringComparison.Ordinal);
        Assert.Contains(allowed, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_somebody_writes_into_the_setting_itself_is_none() => Assert.False(ForgeToken.TryParse("git.example.com=ghp_0123456789", out _, out _));
}
