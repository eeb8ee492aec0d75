using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Git;

public sealed class RepositorySecretsTests
{
    private readonly List<KubernetesSecret> _secrets = [];

    [Theory]
    [InlineData("https://git.example.com/team/config", "https://git.example.com/team/config")]
    [InlineData("https://git.example.com/team/config.git", "https://git.example.com/team/config")]
    [InlineData("https://git.example.com/team/config", "https://git.example.com/team/config.git")]
    [InlineData("https://Git.Example.com/Team/Config.git/", "https://git.example.com/team/config")]
    [InlineData("https://org@git.example.com/team/config", "https://org@git.example.com/team/config")]
    [InlineData("https://git.example.com:443/team/a b", "https://git.example.com/team/a%20b")]
    public void A_repository_secret_is_found_by_its_url(string secret, string asked)
    {
        Add("argocd/exact", "repository", ("url", secret), ("username", "robot"), ("password", "exact"));
        Add("argocd/template", "repo-creds", ("url", "https://git.example.com/"), ("password", "template"));

        Assert.Equal(Basic("robot", "exact"), Find(asked));
    }

    [Fact]
    public void The_template_with_the_longest_prefix_is_taken()
    {
        Add("argocd/host", "repo-creds", ("url", "https://git.example.com"), ("username", "u"), ("password", "host"));
        Add("argocd/team", "repo-creds", ("url", "https://git.example.com/Team"), ("username", "u"), ("password", "team"));
        Add("argocd/deep", "repo-creds", ("url", "https://git.example.com/team/deep/"), ("username", "u"), ("password", "deep"));

        Assert.Equal(Basic("u", "deep"), Find("https://git.example.com/team/deep/a"));
        Assert.Equal(Basic("u", "team"), Find("https://git.example.com/team/a.git"));
        Assert.Equal(Basic("u", "host"), Find("https://git.example.com/other/a"));
        Assert.Null(Find("https://git.example.org/team/a"));
    }

    [Fact]
    public void A_prefix_that_ends_inside_a_name_counts_as_it_does_for_Argo_CD()
    {
        Add("argocd/team", "repo-creds", ("url", "https://git.example.com/team"), ("username", "u"), ("password", "p"));

        Assert.NotNull(Find("https://git.example.com/team2/a"));
    }

    [Fact]
    public void A_prefix_that_ends_with_a_slash_ends_there()
    {
        Add("argocd/team", "repo-creds", ("url", "https://git.example.com/team/"), ("username", "u"), ("password", "p"));

        Assert.NotNull(Find("https://git.example.com/team/a"));
        Assert.Null(Find("https://git.example.com/team2/a"));
    }

    [Theory]
    [InlineData("https://git.example.co")]
    [InlineData("https://git.example.com:80")]
    [InlineData("https://")]
    [InlineData("https://git.example.com@")]
    public void A_prefix_that_ends_inside_the_host_goes_nowhere(string prefix)
    {
        Add("argocd/team", "repo-creds", ("url", prefix), ("username", "u"), ("password", "p"));

        Assert.Null(Find("https://git.example.com.evil.example/a"));
        Assert.Null(Find("https://git.example.com:8080/a"));
    }

    [Fact]
    public void A_repository_secret_without_credentials_leaves_it_to_the_templates()
    {
        Add("argocd/exact", "repository", ("url", "https://git.example.com/team/config"), ("type", "git"));
        Add("argocd/team", "repo-creds", ("url", "https://git.example.com/team"), ("username", "u"), ("password", "p"));

        Assert.Equal(Basic("u", "p"), Find("https://git.example.com/team/config"));
    }

    [Fact]
    public void Secrets_of_other_namespaces_and_kinds_are_not_Argo_CDs()
    {
        Add("other/exact", "repository", ("url", "https://git.example.com/a"), ("password", "p"));
        Add("other/team", "repo-creds", ("url", "https://git.example.com/"), ("password", "p"));
        Add("argocd/cluster", "cluster", ("url", "https://git.example.com/a"), ("password", "p"));
        Add("argocd/plain", null, ("url", "https://git.example.com/a"), ("password", "p"));

        Assert.Null(Find("https://git.example.com/a"));
    }

    [Fact]
    public void A_projects_own_secret_comes_before_one_for_everybody_and_is_for_nobody_else()
    {
        Add("argocd/all", "repository", ("url", "https://git.example.com/a"), ("username", "u"), ("password", "all"));
        Add("argocd/scoped", "repository", ("url", "https://git.example.com/a"), ("username", "u"), ("password", "scoped"), ("project", "team"));
        Add("argocd/only", "repository", ("url", "https://git.example.com/b"), ("username", "u"), ("password", "only"), ("project", "team"));
        Add("argocd/template", "repo-creds", ("url", "https://git.example.com/c"), ("username", "u"), ("password", "template"), ("project", "team"));

        Assert.Equal(Basic("u", "scoped"), Find("https://git.example.com/a", "team"));
        Assert.Equal(Basic("u", "all"), Find("https://git.example.com/a", "other"));
        Assert.Equal(Basic("u", "only"), Find("https://git.example.com/b", "team"));
        Assert.Null(Find("https://git.example.com/b", "other"));
        Assert.Null(Find("https://git.example.com/c/d", "other"));
    }

    [Fact]
    public void A_bearer_token_is_taken_without_the_line_end()
    {
        Add("argocd/exact", "repository", ("url", "https://git.example.com/a"), ("bearerToken", "abc\n"));

        Assert.Equal(GitCredential.Bearer("abc"), Find("https://git.example.com/a"));
    }

    [Fact]
    public void A_bearer_token_that_is_no_header_is_a_problem()
    {
        Add("argocd/exact", "repository", ("url", "https://git.example.com/a"), ("bearerToken", "hunter2\nX-Evil: 1"));

        Assert.Equal("the bearerToken of secret argocd/exact contains line breaks or control characters", ProblemOf("https://git.example.com/a"));
    }

    [Fact]
    public void Without_a_user_name_the_urls_is_taken_and_else_git()
    {
        Add("argocd/team", "repo-creds", ("url", "https://git.example.com/"), ("password", "p"));

        Assert.Equal(Basic("robot", "p"), Find("https://robot@git.example.com/a"));
        Assert.Equal(Basic("git", "p"), Find("https://git.example.com/a"));
    }

    [Theory]
    [InlineData("https://bitbucket.org/team/a", "token", "x-token-auth")]
    [InlineData("https://ada@bitbucket.org/team/a.git", "app-password", "ada")]
    [InlineData("https://ada@bitbucket.org/team/a.git", "ATCTT3xFfGF0example", "x-token-auth")]
    [InlineData("https://bitbucket.org.example.com/team/a", "token", "git")]
    [InlineData("https://bitbucket.example.com/scm/team/a", "token", "git")]
    public void Access_tokens_of_Bitbucket_Cloud_have_a_user_of_their_own(string url, string password, string user)
    {
        Add("argocd/exact", "repository", ("url", url), ("password", password));

        Assert.Equal(Basic(user, password), Find(url));
    }

    [Theory]
    [InlineData("https://org@dev.azure.com/org/My%20Project/_git/config", "https://dev.azure.com/org/my project/_git/config")]
    [InlineData("https://dev.azure.com/org/My Project/_git/config", "https://org@dev.azure.com/org/My%20Project/_git/config")]
    public void Projects_of_Azure_DevOps_may_have_spaces(string secret, string asked)
    {
        Add("argocd/exact", "repository", ("url", secret), ("username", "u"), ("password", "p"));
        Add("argocd/template", "repo-creds", ("url", "https://dev.azure.com/org/Other Project/"), ("username", "u"), ("password", "template"));

        Assert.Equal(Basic("u", "p"), Find(asked));
        Assert.Equal(Basic("u", "template"), Find("https://org@dev.azure.com/org/other%20project/_git/a"));
    }

    [Fact]
    public void Subgroups_of_GitLab_are_found_by_the_longest_template()
    {
        Add("argocd/group", "repo-creds", ("url", "https://gitlab.com/group/"), ("username", "u"), ("password", "group"));
        Add("argocd/sub", "repo-creds", ("url", "https://gitlab.com/group/sub/deep/"), ("username", "u"), ("password", "deep"));

        Assert.Equal(Basic("u", "deep"), Find("https://gitlab.com/group/sub/deep/repo.git"));
        Assert.Equal(Basic("u", "group"), Find("https://gitlab.com/group/sub/repo"));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("", false)]
    public void Certificates_go_unverified_only_where_the_secret_says_insecure(string value, bool skips)
    {
        Add("argocd/exact", "repository", ("url", "https://git.example.com/a"), ("username", "u"), ("password", "p"), ("insecure", value));

        Assert.Equal(skips, Find("https://git.example.com/a")!.SkipsTlsVerification);
    }

    [Fact]
    public void A_key_of_ssh_is_a_problem_that_names_it()
    {
        Add("argocd/exact", "repository", ("url", "https://git.example.com/a"), ("sshPrivateKey", "hunter2"));

        Assert.Equal(
            "secret argocd/exact holds an ssh key, which opens no repository of https; allowed are username and password, bearerToken, or a GitHub App",
            ProblemOf("https://git.example.com/a"));
    }

    [Fact]
    public void A_named_secret_needs_neither_label_nor_url()
    {
        Add("apps/writer", null, ("username", "writer"), ("password", "p"));
        Add("argocd/exact", "repository", ("url", "https://git.example.com/a"), ("password", "other"));

        Assert.True(RepositorySecrets.TryReadNamed(_secrets[0], Url("https://git.example.com/a"), "default", out var credential, out _));
        Assert.Equal(Basic("writer", "p"), credential);
    }

    [Theory]
    [InlineData("repository", "https://git.example.com/a", "https://git.example.com/a.git", true)]
    [InlineData("repository", "https://git.example.com/a", "https://git.example.com/b", false)]
    [InlineData("repository", "https://git.example.com/a", "http://git.example.com/a", false)]
    [InlineData("repository", "https://git.example.com/a", "https://evil.example.com/a", false)]
    [InlineData("repo-creds", "https://git.example.com/team", "https://git.example.com/team/a", true)]
    [InlineData("repo-creds", "https://git.example.com", "https://git.example.com.evil.example/a", false)]
    [InlineData(null, "https://git.example.com/a", "https://git.example.com/b", false)]
    public void A_named_secret_that_says_what_it_is_for_is_for_nothing_else(string? type, string own, string url, bool isFor)
    {
        Add("argocd/named", type, ("url", own), ("password", "hunter2"));

        Assert.Equal(isFor, RepositorySecrets.TryReadNamed(_secrets[0], Url(url), "default", out _, out var problem));
        if (!isFor)
            Assert.Equal($"secret argocd/named is for '{own}', and not for repository '{url}'", problem);
    }

    [Fact]
    public void A_named_secret_of_a_project_is_for_no_other()
    {
        Add("argocd/named", "repository", ("url", "https://git.example.com/a"), ("password", "p"), ("project", "team-b"));

        Assert.True(RepositorySecrets.TryReadNamed(_secrets[0], Url("https://git.example.com/a"), "team-b", out _, out _));
        Assert.False(RepositorySecrets.TryReadNamed(_secrets[0], Url("https://git.example.com/a"), "team-a", out _, out var problem));
        Assert.Equal("secret argocd/named is for project 'team-b', the Application is of project 'team-a'", problem);
    }

    [Fact]
    public void A_named_secret_without_a_credential_is_a_problem()
    {
        Add("apps/writer", null, ("token", "hunter2"), ("user", "writer"));

        Assert.False(RepositorySecrets.TryReadNamed(_secrets[0], Url("https://git.example.com/a"), "default", out _, out var empty));
        Assert.Equal("secret apps/writer has neither password nor bearerToken nor githubAppID; its fields are: token, user", empty);
    }

    [Fact]
    public void A_credential_does_not_print_itself() =>
        Assert.Equal("***", Basic("u", "p").ToString());

    private static GitCredential Basic(string user, string password) => GitCredential.Basic(user, password);

    private static RepositoryUrl Url(string text) => RepositoryUrl.TryParse(text, out var url, out var problem) ? url : throw new ArgumentException(problem, nameof(text));

    private RepositorySecrets Open() => new(_secrets, "argocd");

    private GitCredential? Find(string url, string project = "default")
    {
        Assert.True(Open().TryFind(Url(url), project, out var credential, out var problem), problem);
        return credential;
    }

    private string? ProblemOf(string url, string project = "default")
    {
        Assert.False(Open().TryFind(Url(url), project, out var credential, out var problem));
        Assert.Null(credential);
        return problem;
    }

    private void Add(string name, string? type, params (string Name, string Value)[] fields)
    {
        Assert.True(NamespacedName.TryParse(name, out var parsed, out var problem), problem);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (type is not null)
            labels["argocd.argoproj.io/secret-type"] = type;
        _secrets.Add(new KubernetesSecret(parsed, "Opaque", labels, fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal)));
    }
}
