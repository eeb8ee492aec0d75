using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Git.Apps;

public sealed class GitHubAppTests
{
    private const string Key = "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----";

    [Theory]
    [InlineData("", "https://github.com/team/config", "https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData("https://api.github.com", "https://github.com/team/config", "https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData("https://github.example.com/api/v3/", "https://github.example.com/team/config", "https://github.example.com/api/v3", "https://github.example.com/api/graphql")]
    [InlineData("https://github.example.com", "https://GitHub.example.com/team/config", "https://github.example.com/api/v3", "https://github.example.com/api/graphql")]
    [InlineData("https://github.example.com:8443/api/v3", "https://github.example.com:8443/team/config", "https://github.example.com:8443/api/v3", "https://github.example.com:8443/api/graphql")]
    [InlineData("https://api.team.ghe.com", "https://team.ghe.com/team/config", "https://api.team.ghe.com/", "https://api.team.ghe.com/graphql")]
    public void The_api_is_where_the_secret_says(string baseUrl, string repository, string rest, string graphQl)
    {
        var app = Read(repository, (GitHubApp.BaseUrlField, baseUrl)).App!;

        Assert.Equal(rest, app.ApiUrl.AbsoluteUri);
        Assert.Equal(graphQl, app.GraphQlUrl.AbsoluteUri);
        Assert.Equal(1234, app.Id);
        Assert.Equal(77, app.InstallationId);
        Assert.Equal("GitHub App 1234 of secret argocd/app", app.ToString());
    }

    [Fact]
    public void Two_readings_of_one_secret_are_the_same_so_that_applications_share_a_clone() =>
        Assert.Equal(Read("https://github.com/team/config"), Read("https://github.com/team/config.git"));

    [Theory]
    [InlineData("https://gitlab.com/team/config", "", "the GitHub App of secret argocd/app is one of api.github.com, whose tokens are not sent to gitlab.com; githubAppEnterpriseBaseUrl names the API of another server")]
    [InlineData("https://github.com.example.com/team/config", "", "the GitHub App of secret argocd/app is one of api.github.com, whose tokens are not sent to github.com.example.com")]
    [InlineData("https://github.com/team/config", "https://github.example.com/api/v3", "the GitHub App of secret argocd/app is one of github.example.com, whose tokens are not sent to github.com")]
    [InlineData("http://github.com/team/config", "", "repository 'http://github.com/team/config' is reached over http, where the token of the GitHub App of secret argocd/app would be sent for everybody to read; write https://")]
    [InlineData("https://github.com/team/config", "http://github.com/api/v3", "the githubAppEnterpriseBaseUrl of secret argocd/app begins with http://, where tokens would be sent for everybody to read; only https:// is allowed")]
    [InlineData("https://github.com/team/config", "https://robot:hunter2@github.com", "the githubAppEnterpriseBaseUrl of secret argocd/app is not the URL of an API, as https://github.example.com/api/v3 is")]
    [InlineData("https://github.com/team/config", "github.com", "the githubAppEnterpriseBaseUrl of secret argocd/app is not the URL of an API")]
    [InlineData("https://github.com/team/config", "file:///etc/passwd", "the githubAppEnterpriseBaseUrl of secret argocd/app is not the URL of an API")]
    public void Tokens_go_to_no_other_server_and_are_not_sent_in_the_clear(string repository, string baseUrl, string expected) =>
        Assert.StartsWith(expected, ProblemOf(repository, (GitHubApp.BaseUrlField, baseUrl)), StringComparison.Ordinal);

    [Theory]
    [InlineData(GitHubApp.IdField, "", "secret argocd/app has githubAppPrivateKey without githubAppID; a GitHub App needs both")]
    [InlineData(GitHubApp.KeyField, "", "secret argocd/app has githubAppID without githubAppPrivateKey; a GitHub App needs both")]
    [InlineData(GitHubApp.IdField, "my-app", "the githubAppID of secret argocd/app is not a number; GitHub shows it in the settings of the app")]
    [InlineData(GitHubApp.IdField, "-1", "the githubAppID of secret argocd/app is not a number")]
    [InlineData(GitHubApp.InstallationField, "0", "the githubAppInstallationID of secret argocd/app is not a number; GitHub shows it in the settings of the installation")]
    [InlineData(GitHubApp.KeyField, "hunter2", "the githubAppPrivateKey of secret argocd/app is no private key in PEM; it is what GitHub gives as a .pem file")]
    [InlineData(GitHubApp.KeyField, "-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----", "the githubAppPrivateKey of secret argocd/app is no private key in PEM")]
    [InlineData(GitHubApp.KeyField, "-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----", "the githubAppPrivateKey of secret argocd/app is a private key, but none of RSA in PKCS #1 or PKCS #8")]
    [InlineData(GitHubApp.KeyField, "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----", "the githubAppPrivateKey of secret argocd/app is a private key, but none of RSA")]
    [InlineData(GitHubApp.KeyField, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2\n-----END ENCRYPTED PRIVATE KEY-----", "the githubAppPrivateKey of secret argocd/app has a passphrase")]
    [InlineData(GitHubApp.KeyField, "-----BEGIN RSA PRIVATE KEY-----\nhunter2", "the githubAppPrivateKey of secret argocd/app is cut short")]
    public void What_is_wrong_with_the_secret_is_said_without_its_key(string field, string value, string expected)
    {
        var problem = ProblemOf("https://github.com/team/config", (field, value));

        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_app_opens_nothing_over_ssh() => Assert.Equal(
        "repository 'git@github.com:team/config' is reached over ssh, and secret argocd/app has no sshPrivateKey; a password or a token opens nothing there", ProblemOf("git@github.com:team/config"));

    [Fact]
    public void A_password_in_the_same_secret_comes_first() => Assert.Null(Read("https://github.com/team/config", ("password", "p")).App);

    private static RepositoryUrl Url(string text) => RepositoryUrl.TryParse(text, out var url, out var problem) ? url : throw new ArgumentException(problem, nameof(text));

    private static GitCredential Read(string repository, params (string Name, string Value)[] other)
    {
        Assert.True(RepositorySecrets.TryReadNamed(Secret(other), Url(repository), "default", out var credential, out var problem), problem);
        return credential!;
    }

    private static string? ProblemOf(string repository, params (string Name, string Value)[] other)
    {
        Assert.False(RepositorySecrets.TryReadNamed(Secret(other), Url(repository), "default", out var credential, out var problem));
        Assert.Null(credential);
        return problem;
    }

    private static KubernetesSecret Secret(params (string Name, string Value)[] other)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { [GitHubApp.IdField] = "1234", [GitHubApp.InstallationField] = "77\n", [GitHubApp.KeyField] = Key };
        foreach (var (name, value) in other)
            fields[name] = value;
        return new KubernetesSecret(new NamespacedName("argocd", "app"), "Opaque", new Dictionary<string, string>(StringComparer.Ordinal), fields);
    }
}
