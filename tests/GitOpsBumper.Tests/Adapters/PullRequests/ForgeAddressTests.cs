using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;

namespace GitOpsBumper.Tests.Adapters.PullRequests;

/// <summary>Where the requests of a repository are, by the URL that git has of it.</summary>
public sealed class ForgeAddressTests
{
    [Theory]
    [InlineData("github.com", ForgeKind.GitHub)]
    [InlineData("GitHub.com", ForgeKind.GitHub)]
    [InlineData("github.com:443", ForgeKind.GitHub)]
    [InlineData("ssh.github.com:443", ForgeKind.GitHub)]
    [InlineData("gitlab.com", ForgeKind.GitLab)]
    [InlineData("altssh.gitlab.com:443", ForgeKind.GitLab)]
    [InlineData("gitea.com", ForgeKind.Gitea)]
    [InlineData("codeberg.org", ForgeKind.Gitea)]
    [InlineData("bitbucket.org", ForgeKind.BitbucketCloud)]
    [InlineData("altssh.bitbucket.org:443", ForgeKind.BitbucketCloud)]
    [InlineData("dev.azure.com", ForgeKind.AzureDevOps)]
    [InlineData("ssh.dev.azure.com", ForgeKind.AzureDevOps)]
    [InlineData("vs-ssh.visualstudio.com", ForgeKind.AzureDevOps)]
    [InlineData("team.visualstudio.com", ForgeKind.AzureDevOps)]
    public void Hosts_that_are_one_forge_and_no_other_are_known(string host, ForgeKind kind) => Assert.Equal(kind, ForgeAddress.KindOf(host));

    [Theory]
    [InlineData("github.example.com")]
    [InlineData("gitlab.mycompany.com")]
    [InlineData("gitea.example.com:3000")]
    [InlineData("bitbucket.mycompany.com")]
    [InlineData("mygithub.com")]
    [InlineData("github.com.example.com")]
    [InlineData("gist.github.com")]
    [InlineData("visualstudio.com")]
    [InlineData("team.visualstudio.com.example.com")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("")]
    public void No_word_in_a_name_makes_a_host_a_forge(string host) => Assert.Null(ForgeAddress.KindOf(host));

    [Theory]
    [InlineData("https://github.com/team/deploy.git", "https://api.github.com", "team/deploy")]
    [InlineData("https://github.com/team/deploy/", "https://api.github.com", "team/deploy")]
    [InlineData("https://ada@github.com/team/deploy", "https://api.github.com", "team/deploy")]
    [InlineData("git@github.com:team/deploy.git", "https://api.github.com", "team/deploy")]
    [InlineData("ssh://git@ssh.github.com:443/team/deploy.git", "https://api.github.com", "team/deploy")]
    [InlineData("https://github.example.com/team/deploy", "https://github.example.com/api/v3", "team/deploy")]
    [InlineData("https://github.example.com:8443/team/deploy.GIT", "https://github.example.com:8443/api/v3", "team/deploy")]
    [InlineData("git@github.example.com:team/deploy", "https://github.example.com/api/v3", "team/deploy")]
    [InlineData("ssh://git@github.example.com:2222/team/deploy", "https://github.example.com/api/v3", "team/deploy")]
    [InlineData("ssh://git@[2001:db8::1]:2222/team/deploy", "https://[2001:db8::1]/api/v3", "team/deploy")]
    [InlineData("https://github.com/team/.github", "https://api.github.com", "team/.github")]
    public void GitHub_has_owner_and_name(string url, string api, string path) => Check(ForgeKind.GitHub, url, api, path);

    [Theory]
    [InlineData("https://gitlab.com/group/deploy.git", "https://gitlab.com/api/v4", "group/deploy")]
    [InlineData("https://gitlab.com/group/sub/deeper/deploy", "https://gitlab.com/api/v4", "group/sub/deeper/deploy")]
    [InlineData("git@gitlab.com:group/sub/deploy.git", "https://gitlab.com/api/v4", "group/sub/deploy")]
    [InlineData("ssh://git@altssh.gitlab.com:443/group/deploy.git", "https://gitlab.com/api/v4", "group/deploy")]
    [InlineData("https://git.example.com:8443/group/deploy", "https://git.example.com:8443/api/v4", "group/deploy")]
    [InlineData("ssh://git@git.example.com:2222/group/deploy", "https://git.example.com/api/v4", "group/deploy")]
    public void GitLab_has_groups_as_deep_as_one_likes(string url, string api, string path) => Check(ForgeKind.GitLab, url, api, path);

    [Theory]
    [InlineData("https://codeberg.org/team/deploy", "https://codeberg.org/api/v1", "team/deploy")]
    [InlineData("http://git.example.com:3000/team/deploy.git", "http://git.example.com:3000/api/v1", "team/deploy")]
    [InlineData("gitea@git.example.com:team/deploy.git", "https://git.example.com/api/v1", "team/deploy")]
    public void Gitea_has_owner_and_name(string url, string api, string path) => Check(ForgeKind.Gitea, url, api, path);

    [Theory]
    [InlineData("https://x-token-auth@bitbucket.org/space/deploy.git")]
    [InlineData("git@bitbucket.org:space/deploy.git")]
    [InlineData("ssh://git@altssh.bitbucket.org:443/space/deploy.git")]
    public void Bitbucket_Cloud_has_its_API_on_a_host_of_its_own(string url) => Check(ForgeKind.BitbucketCloud, url, "https://api.bitbucket.org/2.0", "space/deploy");

    [Theory]
    [InlineData("https://git.example.com/scm/prj/deploy.git", "https://git.example.com/rest/api/1.0", "prj/deploy")]
    [InlineData("https://git.example.com/SCM/PRJ/deploy", "https://git.example.com/rest/api/1.0", "PRJ/deploy")]
    [InlineData("https://git.example.com/scm/~ada/deploy.git", "https://git.example.com/rest/api/1.0", "~ada/deploy")]
    [InlineData("https://git.example.com/scm/scm/deploy.git", "https://git.example.com/rest/api/1.0", "scm/deploy")]
    [InlineData("https://git.example.com:8443/bitbucket/scm/prj/deploy.git", "https://git.example.com:8443/bitbucket/rest/api/1.0", "prj/deploy")]
    [InlineData("https://git.example.com/tools/git%20server/scm/prj/deploy.git", "https://git.example.com/tools/git%20server/rest/api/1.0", "prj/deploy")]
    [InlineData("ssh://git@git.example.com:7999/prj/deploy.git", "https://git.example.com/rest/api/1.0", "prj/deploy")]
    [InlineData("ssh://git@git.example.com:7999/~ada/deploy.git", "https://git.example.com/rest/api/1.0", "~ada/deploy")]
    public void Bitbucket_Server_has_project_and_repository_behind_scm(string url, string api, string path) => Check(ForgeKind.BitbucketServer, url, api, path);

    [Theory]
    [InlineData("https://dev.azure.com/org/project/_git/deploy", "https://dev.azure.com/org", "project/deploy")]
    [InlineData("https://org@dev.azure.com/org/My%20Project/_git/My%20Repo", "https://dev.azure.com/org", "My Project/My Repo")]
    [InlineData("https://dev.azure.com/org/My Project/_git/My Repo", "https://dev.azure.com/org", "My Project/My Repo")]
    [InlineData("https://dev.azure.com/org/_git/deploy", "https://dev.azure.com/org", "deploy/deploy")]
    [InlineData("git@ssh.dev.azure.com:v3/org/project/deploy", "https://dev.azure.com/org", "project/deploy")]
    [InlineData("org@vs-ssh.visualstudio.com:v3/org/My%20Project/deploy", "https://dev.azure.com/org", "My Project/deploy")]
    [InlineData("https://org.visualstudio.com/project/_git/deploy", "https://org.visualstudio.com", "project/deploy")]
    [InlineData("https://org.visualstudio.com/DefaultCollection/project/_git/deploy", "https://org.visualstudio.com/DefaultCollection", "project/deploy")]
    [InlineData("https://org.visualstudio.com/DefaultCollection/_git/deploy", "https://org.visualstudio.com/DefaultCollection", "deploy/deploy")]
    [InlineData("https://tfs.example.com/Collection/project/_git/deploy", "https://tfs.example.com/Collection", "project/deploy")]
    [InlineData("https://tfs.example.com:8443/tfs/DefaultCollection/project/_git/deploy", "https://tfs.example.com:8443/tfs/DefaultCollection", "project/deploy")]
    [InlineData("https://tfs.example.com/Collection/_git/deploy", "https://tfs.example.com/Collection", "deploy/deploy")]
    public void Azure_DevOps_has_project_and_repository_below_an_organisation_or_a_collection(string url, string api, string path) => Check(ForgeKind.AzureDevOps, url, api, path);

    [Theory]
    [InlineData(ForgeKind.GitHub, "https://acme.ghe.com/team/deploy", "https://api.acme.ghe.com", "team/deploy")]
    [InlineData(ForgeKind.GitLab, "git@git.example.com:group/deploy", "https://git-api.example.com:8443/gitlab/api/v4", "group/deploy")]
    [InlineData(ForgeKind.BitbucketServer, "https://git.example.com/git/prj/deploy", "https://git.example.com/rest/api/1.0", "")]
    [InlineData(ForgeKind.BitbucketServer, "https://git.example.com/prj/deploy", "https://git.example.com/rest/api/1.0", "prj/deploy")]
    [InlineData(ForgeKind.AzureDevOps, "https://tfs.example.com/project/deploy", "https://tfs.example.com/Collection", "project/deploy")]
    public void An_API_that_somebody_names_is_where_it_is_asked(ForgeKind kind, string url, string api, string path)
    {
        var found = ForgeAddress.TryFind(Url(url), kind, new Uri(api), out var location, out _);
        Assert.Equal(path.Length > 0, found);
        if (found)
            Assert.Equal((new Uri(api), path), (location!.ApiUrl, string.Join('/', location.Path)));
    }

    [Theory]
    [InlineData(ForgeKind.GitHub, "https://github.com/team", "repository 'https://github.com/team' is none that GitHub has: its URL would end with owner and repository")]
    [InlineData(ForgeKind.GitHub, "https://github.com/team/sub/deploy", "repository 'https://github.com/team/sub/deploy' is none that GitHub has: its URL would end with owner and repository")]
    [InlineData(ForgeKind.GitHub, "https://github.com/team/.git", "repository 'https://github.com/team/.git' is none that GitHub has: its URL would end with owner and repository")]
    [InlineData(ForgeKind.GitHub, "https://github.com/team/a%2Fb", "repository 'https://github.com/team/a%2Fb' is none that GitHub has: its URL would end with owner and repository")]
    [InlineData(ForgeKind.GitHub, "git@github.com:deploy", "repository 'git@github.com:deploy' is none that GitHub has: its URL would end with owner and repository")]
    [InlineData(ForgeKind.GitLab, "https://gitlab.com/deploy", "repository 'https://gitlab.com/deploy' is none that GitLab has: its URL would end with group and project")]
    [InlineData(ForgeKind.Gitea, "https://codeberg.org", "repository 'https://codeberg.org' is none that Gitea has: its URL would end with owner and repository")]
    [InlineData(ForgeKind.BitbucketCloud, "https://bitbucket.org/space/project/deploy", "repository 'https://bitbucket.org/space/project/deploy' is none that BitbucketCloud has: its URL would end with workspace and repository")]
    [InlineData(ForgeKind.BitbucketServer, "https://git.example.com/prj/deploy", "repository 'https://git.example.com/prj/deploy' is none that BitbucketServer has: its URL would end with scm, project and repository")]
    [InlineData(ForgeKind.BitbucketServer, "https://git.example.com/scm/deploy", "repository 'https://git.example.com/scm/deploy' is none that BitbucketServer has: its URL would end with scm, project and repository")]
    [InlineData(ForgeKind.AzureDevOps, "https://dev.azure.com/org/project/deploy", "repository 'https://dev.azure.com/org/project/deploy' is none that AzureDevOps has: its URL would end with organisation, project, _git and repository")]
    [InlineData(ForgeKind.AzureDevOps, "https://dev.azure.com/org/project/_git", "repository 'https://dev.azure.com/org/project/_git' is none that AzureDevOps has: its URL would end with organisation, project, _git and repository")]
    [InlineData(ForgeKind.AzureDevOps, "git@ssh.dev.azure.com:org/project/deploy", "repository 'git@ssh.dev.azure.com:org/project/deploy' is none that AzureDevOps has: its URL would end with organisation, project, _git and repository")]
    [InlineData(ForgeKind.GitHub, "/srv/git/deploy.git", "repository '/srv/git/deploy.git' is a folder of this machine, which has no requests")]
    [InlineData(ForgeKind.GitLab, "file:///srv/git/team/deploy.git", "repository '/srv/git/team/deploy.git' is a folder of this machine, which has no requests")]
    public void A_URL_that_is_none_of_the_forge_is_told_with_what_is_missing(ForgeKind kind, string url, string expected)
    {
        Assert.False(ForgeAddress.TryFind(Url(url), kind, null, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void The_path_is_ready_for_a_URL_and_names_are_ready_for_messages()
    {
        Assert.True(ForgeAddress.TryFind(Url("https://dev.azure.com/org/My%20Project/_git/deploy"), ForgeKind.AzureDevOps, null, out var location, out _));
        Assert.Equal(("My%20Project/deploy", "AzureDevOps at dev.azure.com, My Project/deploy"), (location.EscapedPath, location.ToString()));
    }

    private static void Check(ForgeKind kind, string url, string api, string path)
    {
        Assert.True(ForgeAddress.TryFind(Url(url), kind, null, out var location, out var problem), problem);
        Assert.Equal((kind, api, path), (location.Kind, location.ApiUrl.AbsoluteUri.TrimEnd('/'), string.Join('/', location.Path)));
        Assert.Empty(location.ApiUrl.UserInfo);
    }

    private static RepositoryUrl Url(string text)
    {
        Assert.True(RepositoryUrl.TryParse(text, out var url, out var problem), problem);
        return url;
    }
}
