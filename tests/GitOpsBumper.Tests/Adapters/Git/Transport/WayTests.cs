using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Git.Transport;

/// <summary>What a secret says of the way to its repositories.</summary>
public sealed class WayTests
{
    private const string Url = "https://git.example.com/team/config";
    private const string Pem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----";
    private const string Key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----";

    private readonly List<KubernetesSecret> _secrets = [];

    [Theory]
    [InlineData("http://proxy.example.com:3128", "http://proxy.example.com:3128", "http://proxy.example.com:3128")]
    [InlineData("proxy.example.com:3128", "http://proxy.example.com:3128", "http://proxy.example.com:3128")]
    [InlineData("http://proxy.example.com", "http://proxy.example.com:80", "http://proxy.example.com:80")]
    [InlineData(" https://proxy.example.com/\n", "https://proxy.example.com:443", "https://proxy.example.com:443")]
    [InlineData("socks5://proxy.example.com", "socks5://proxy.example.com:1080", "socks5://proxy.example.com:1080")]
    [InlineData("socks5h://[::1]:99", "socks5h://[::1]:99", "socks5h://[::1]:99")]
    [InlineData("http://robot:hunter%402@proxy.example.com:3128", "http://robot:hunter%402@proxy.example.com:3128", "http://proxy.example.com:3128")]
    [InlineData("http://robot@proxy.example.com:3128", "http://robot:@proxy.example.com:3128", "http://proxy.example.com:3128")]
    public void A_proxy_is_used_as_it_is_and_shown_without_its_password(string text, string used, string shown)
    {
        Add("exact", "repository", ("url", Url), ("proxy", text));

        Assert.Equal(used, Find()!.Proxy!.Url);
        Assert.Equal(shown, Find()!.Proxy!.ToString());
        Assert.Null(Find()!.Header);
    }

    [Theory]
    [InlineData("ftp://robot:hunter2@proxy.example.com")]
    [InlineData("http://")]
    [InlineData("http://robot:hunter2@proxy.example.com/path")]
    [InlineData("robot:hunter2")]
    [InlineData("http://robot:hunter2@[bad")]
    public void A_proxy_that_is_none_is_a_problem_without_its_password(string text)
    {
        Add("exact", "repository", ("url", Url), ("proxy", text), ("password", "p"));

        var problem = ProblemOf(Url);
        Assert.StartsWith("the proxy of secret argocd/exact is not understood; allowed are http://, https://, socks5:// and socks5h://", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "git.example.com", 443, true)]
    [InlineData("git.example.com", "git.example.com", 443, true)]
    [InlineData("git.example.com", "GIT.example.com", 443, true)]
    [InlineData("example.com", "git.example.com", 443, true)]
    [InlineData("example.com", "badexample.com", 443, false)]
    [InlineData(".example.com", "git.example.com", 443, true)]
    [InlineData(".example.com", "example.com", 443, false)]
    [InlineData("*.example.com", "git.example.com", 443, true)]
    [InlineData("*.example.com", "example.com", 443, false)]
    [InlineData("git.example.com:8443", "git.example.com", 443, false)]
    [InlineData("git.example.com:8443", "git.example.com", 8443, true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", 443, true)]
    [InlineData("10.0.0.0/8", "11.1.2.3", 443, false)]
    [InlineData("10.1.2.3", "10.1.2.3", 443, true)]
    [InlineData("10.1.2.3:80", "10.1.2.3", 443, false)]
    [InlineData("2.3", "10.1.2.3", 443, false)]
    [InlineData("fd00::/8", "[fd00::1]", 443, true)]
    [InlineData("fd00::1", "fd00::1", 443, true)]
    [InlineData("a, b ,git.example.com\n", "git.example.com", 443, true)]
    [InlineData("", "git.example.com", 443, false)]
    [InlineData(".,*.,:80,", "git.example.com", 80, false)]
    public void Exceptions_are_names_addresses_networks_and_ports(string text, string host, int port, bool isDirect) =>
        Assert.Equal(isDirect, new ProxyExceptions(text).Contains(host, port));

    [Fact]
    public void The_repositorys_own_proxy_comes_before_the_templates()
    {
        Add("exact", "repository", ("url", Url), ("proxy", "http://own.example.com:1"));
        Add("template", "repo-creds", ("url", "https://git.example.com/"), ("proxy", "http://all.example.com:1"), ("noProxy", "other.example.com"), ("username", "u"), ("password", "p"));

        Assert.Equal("http://own.example.com:1", Find()!.Proxy!.ToString());
        Assert.NotNull(Find()!.Header);
        Assert.Equal("http://all.example.com:1", Find("https://git.example.com/other")!.Proxy!.ToString());
    }

    [Fact]
    public void Repositories_with_the_same_way_share_one_credential()
    {
        Add("template", "repo-creds", ("url", "https://git.example.com/"), ("proxy", "http://all.example.com:1"), ("noProxy", "a"), ("tlsClientCertData", Pem), ("tlsClientCertKey", Key));

        Assert.Equal(Find(), Find());
        Assert.NotNull(Find());
    }

    [Fact]
    public void A_repository_of_ssh_goes_through_no_proxy()
    {
        Add("exact", "repository", ("url", "git@git.example.com:a"), ("sshPrivateKey", Key), ("proxy", "http://robot:hunter2@proxy.example.com"));

        Assert.Equal(
            "secret argocd/exact names a proxy, and repository 'git@git.example.com:a' is reached over ssh, which goes through none; use its https:// URL, or a secret without proxy",
            ProblemOf("git@git.example.com:a"));
    }

    [Fact]
    public void A_client_certificate_opens_a_repository_alone_or_beside_a_password()
    {
        Add("exact", "repository", ("url", Url), ("tlsClientCertData", Pem), ("tlsClientCertKey", Key));
        Add("other", "repository", ("url", Url + "2"), ("tlsClientCertData", Pem), ("tlsClientCertKey", Key), ("password", "p"));

        Assert.NotNull(Find()!.Certificate);
        Assert.Null(Find()!.Header);
        Assert.NotNull(Find(Url + "2")!.Certificate);
        Assert.NotNull(Find(Url + "2")!.Header);
        Assert.Equal("***", Find()!.Certificate!.ToString());
    }

    [Theory]
    [InlineData(Pem, "", "has tlsClientCertData without tlsClientCertKey; a client certificate needs both")]
    [InlineData("", Key, "has tlsClientCertKey without tlsClientCertData; a client certificate needs both")]
    [InlineData("hunter2", Key, "has a tlsClientCertData that is no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----")]
    [InlineData(Pem, "hunter2", "has a tlsClientCertKey that is no private key in PEM; it begins with a line such as -----BEGIN PRIVATE KEY-----")]
    [InlineData(Pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2\n-----END ENCRYPTED PRIVATE KEY-----", "has a tlsClientCertKey with a passphrase, which nobody is there to type")]
    [InlineData(Pem, "-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n\r\nhunter2\r\n-----END RSA PRIVATE KEY-----", "has a tlsClientCertKey with a passphrase, which nobody is there to type")]
    public void A_client_certificate_that_cannot_be_used_is_named(string certificate, string key, string expected)
    {
        Add("exact", "repository", ("url", Url), ("tlsClientCertData", certificate), ("tlsClientCertKey", key));

        Assert.StartsWith($"secret argocd/exact {expected}", ProblemOf(Url), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", ProblemOf(Url), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_damaged_is_said_to_be_when_it_is_used()
    {
        Add("exact", "repository", ("url", Url), ("tlsClientCertData", Pem), ("tlsClientCertKey", Key));

        var failure = Assert.Throws<GitException>(() => TlsFiles.Create(Find()!.Certificate!));
        Assert.StartsWith("tlsClientCertData and tlsClientCertKey of secret argocd/exact cannot be used", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    private static RepositoryUrl Repository(string text) => RepositoryUrl.TryParse(text, out var url, out var problem) ? url : throw new ArgumentException(problem, nameof(text));

    private GitCredential? Find(string url = Url)
    {
        Assert.True(new RepositorySecrets(_secrets, "argocd").TryFind(Repository(url), "default", out var credential, out var problem), problem);
        return credential;
    }

    private string? ProblemOf(string url)
    {
        Assert.False(new RepositorySecrets(_secrets, "argocd").TryFind(Repository(url), "default", out var credential, out var problem));
        Assert.Null(credential);
        return problem;
    }

    private void Add(string name, string type, params (string Name, string Value)[] fields) => _secrets.Add(new KubernetesSecret(
        new NamespacedName("argocd", name),
        "Opaque",
        new Dictionary<string, string>(StringComparer.Ordinal) { ["argocd.argoproj.io/secret-type"] = type },
        fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal)));
}
