using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Git.Ssh;

public sealed class SshSecretsTests
{
    private readonly List<KubernetesSecret> _secrets = [];

    [Theory]
    [InlineData("git@git.example.com:team/config", "git@git.example.com:team/config")]
    [InlineData("git@git.example.com:team/config.git", "ssh://git@git.example.com/team/config")]
    [InlineData("ssh://git@git.example.com/team/config", "git@git.example.com:team/config.git")]
    [InlineData("ssh://git@git.example.com:22/team/config/", "git@Git.Example.com:Team/Config")]
    [InlineData("git.example.com:team/config", "git@git.example.com:team/config")]
    [InlineData("ssh://git.example.com/team/config", "git.example.com:team/config")]
    [InlineData("ssh://git@git.example.com:2222/team/config", "ssh://git@git.example.com:2222/team/config.git")]
    public void A_repository_secret_is_found_by_either_form_of_its_url(string secret, string asked)
    {
        Add("exact", "repository", ("url", secret), ("sshPrivateKey", Key("exact")));
        Add("template", "repo-creds", ("url", "git@git.example.com"), ("sshPrivateKey", Key("template")));

        Assert.Equal(Credential("exact"), Find(asked));
    }

    [Theory]
    [InlineData("git@git.example.com")]
    [InlineData("git@git.example.com:")]
    [InlineData("git@git.example.com:team")]
    [InlineData("git@git.example.com:team/")]
    [InlineData("ssh://git@git.example.com")]
    [InlineData("ssh://git@git.example.com/team")]
    [InlineData("ssh://git.example.com/")]
    public void A_template_covers_what_begins_with_its_url(string prefix)
    {
        Add("template", "repo-creds", ("url", prefix), ("sshPrivateKey", Key("template")));

        Assert.Equal(Credential("template"), Find("git@git.example.com:team/config"));
        Assert.Equal(Credential("template"), Find("ssh://git@git.example.com/team/config.git"));
    }

    [Theory]
    [InlineData("git@git.example.co")]
    [InlineData("ssh://git@")]
    [InlineData("ssh://")]
    [InlineData("robot@git.example.com")]
    [InlineData("git@git.example.com:teams")]
    [InlineData("ssh://git@git.example.com:2222/")]
    [InlineData("https://git.example.com/")]
    public void A_template_of_another_host_user_or_protocol_goes_nowhere(string prefix)
    {
        Add("template", "repo-creds", ("url", prefix), ("sshPrivateKey", Key("template")));

        Assert.Equal(
            "repository 'git@git.example.com:team/config' is reached over ssh, and no repository secret or credential template of Argo CD holds an sshPrivateKey for it",
            ProblemOf("git@git.example.com:team/config"));
    }

    [Fact]
    public void A_template_without_a_port_does_not_cover_another_port()
    {
        Add("template", "repo-creds", ("url", "ssh://git@git.example.com"), ("sshPrivateKey", Key("template")));

        Assert.NotNull(ProblemOf("ssh://git@git.example.com:2222/team/config"));
    }

    [Fact]
    public void A_secret_without_a_key_says_what_it_lacks()
    {
        Add("exact", "repository", ("url", "git@git.example.com:team/config"), ("username", "robot"), ("password", "hunter2"));

        Assert.Equal(
            "repository 'git@git.example.com:team/config' is reached over ssh, and secret argocd/exact has no sshPrivateKey; a password or a token opens nothing there",
            ProblemOf("git@git.example.com:team/config"));
    }

    [Fact]
    public void A_named_secret_without_anything_says_what_it_lacks()
    {
        Add("named", "none", ("key", "hunter2"));

        Assert.False(RepositorySecrets.TryReadNamed(_secrets[0], Url("git@git.example.com:a"), "default", out _, out var problem));
        Assert.Equal("secret argocd/named has no sshPrivateKey; its fields are: key", problem);
    }

    [Fact]
    public void A_key_that_is_none_is_named_with_its_secret()
    {
        Add("exact", "repository", ("url", "git@git.example.com:team/config"), ("sshPrivateKey", "hunter2"));

        Assert.Equal(
            "the sshPrivateKey of secret argocd/exact is no private key; it begins with a line such as -----BEGIN OPENSSH PRIVATE KEY-----",
            ProblemOf("git@git.example.com:team/config"));
    }

    [Theory]
    [InlineData("insecure", "true", true)]
    [InlineData("insecureIgnoreHostKey", "true", true)]
    [InlineData("insecure", "false", false)]
    public void Any_host_key_will_do_only_where_the_secret_of_the_repository_says_so(string field, string value, bool skips)
    {
        Add("exact", "repository", ("url", "git@git.example.com:team/config"), (field, value));
        Add("template", "repo-creds", ("url", "git@git.example.com"), ("sshPrivateKey", Key("template")));

        Assert.Equal(skips, Find("git@git.example.com:team/config")!.SkipsTlsVerification);
        Assert.False(Find("git@git.example.com:team/other")!.SkipsTlsVerification);
    }

    private static string Key(string name) => $"-----BEGIN PRIVATE KEY-----\n{name}\n-----END PRIVATE KEY-----\n";

    private static GitCredential Credential(string name)
    {
        Assert.True(SshPrivateKey.TryParse(Key(name), out var key, out var problem), problem);
        return GitCredential.Ssh(key);
    }

    private static RepositoryUrl Url(string text) => RepositoryUrl.TryParse(text, out var url, out var problem) ? url : throw new ArgumentException(problem, nameof(text));

    private GitCredential? Find(string url)
    {
        Assert.True(new RepositorySecrets(_secrets, "argocd").TryFind(Url(url), "default", out var credential, out var problem), problem);
        return credential;
    }

    private string? ProblemOf(string url)
    {
        Assert.False(new RepositorySecrets(_secrets, "argocd").TryFind(Url(url), "default", out var credential, out var problem));
        Assert.Null(credential);
        return problem;
    }

    private void Add(string name, string type, params (string Name, string Value)[] fields) => _secrets.Add(new KubernetesSecret(
        new NamespacedName("argocd", name),
        "Opaque",
        new Dictionary<string, string>(StringComparer.Ordinal) { ["argocd.argoproj.io/secret-type"] = type },
        fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal)));
}
