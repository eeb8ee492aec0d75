using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Auth;

namespace GitOpsBumper.Tests.Adapters.Registries.Auth;

public sealed class RealmPolicyTests
{
    [Theory]
    [InlineData("ghcr.io", "https://ghcr.io/token")]
    [InlineData("docker.io", "https://auth.docker.io/token")]
    [InlineData("registry.gitlab.com", "https://gitlab.com/jwt/auth")]
    [InlineData("registry.gitlab.example.com", "https://gitlab.example.com/jwt/auth")]
    [InlineData("registry.example.com", "https://gitlab.example.com/jwt/auth")]
    [InlineData("quay.io", "https://quay.io/v2/auth")]
    [InlineData("gcr.io", "https://gcr.io/v2/token")]
    [InlineData("europe-west1-docker.pkg.dev", "https://europe-west1-docker.pkg.dev/v2/token")]
    [InlineData("harbor.example.com", "https://harbor.example.com/service/token")]
    [InlineData("team.azurecr.io", "https://team.azurecr.io/oauth2/token")]
    [InlineData("registry.example.com", "https://auth.example.com/token")]
    [InlineData("registry.example.com:5000", "https://registry.example.com:5001/token")]
    [InlineData("registry.example.com", "https://token.registry.example.com/")]
    [InlineData("registry.example.co.uk", "https://auth.example.co.uk/")]
    [InlineData("example.com", "https://auth.example.com/")]
    [InlineData("lscr.io", "https://ghcr.io/token")]
    [InlineData("registry.redhat.io", "https://sso.redhat.com/auth")]
    [InlineData("localhost:5000", "http://localhost:5001/token")]
    [InlineData("localhost:5000", "https://localhost:5001/token")]
    [InlineData("[::1]:5000", "http://[::1]:5001/token")]
    [InlineData("EXAMPLE.com", "https://Auth.Example.COM/")]
    public void A_realm_that_belongs_to_the_registry_may_have_its_credentials(string registry, string realm) =>
        Assert.Null(RealmPolicy.Refuse(RegistryEndpoint.Of(registry.ToLowerInvariant()), realm, withCredential: true, out _));

    [Theory]
    [InlineData("registry.example.com", "https://auth.example.org/")]
    [InlineData("registry.example.com", "https://example.com.evil.org/")]
    [InlineData("registry.example.com", "https://evilexample.com/")]
    [InlineData("registry.co.uk", "https://auth.co.uk/")]
    [InlineData("example.com", "https://auth.com/")]
    [InlineData("one.azurecr.io", "https://other.azurecr.io/token")]
    [InlineData("1.dkr.ecr.eu-west-1.amazonaws.com", "https://2.dkr.ecr.eu-west-1.amazonaws.com/")]
    [InlineData("one.github.io", "https://other.github.io/")]
    [InlineData("registry.com.au", "https://auth.com.au/")]
    [InlineData("ghcr.io", "https://auth.docker.io/token")]
    [InlineData("10.0.0.1:5000", "https://10.0.0.2/")]
    [InlineData("10.0.0.1:5000", "https://2.0.0.1/")]
    [InlineData("localhost:5000", "http://127.0.0.1:5000/token")]
    [InlineData("registry.example.com", "https://registry.example.com@evil.org/")]
    [InlineData("registry.example.com", "https://user@registry.example.com/")]
    [InlineData("registry.example.com", "http://registry.example.com/token")]
    [InlineData("registry.example.com", "ftp://registry.example.com/token")]
    [InlineData("registry.example.com", "/token")]
    [InlineData("registry.example.com", "")]
    public void A_realm_that_may_be_anybodys_may_not(string registry, string realm) =>
        Assert.NotNull(RealmPolicy.Refuse(RegistryEndpoint.Of(registry), realm, withCredential: true, out _));

    [Theory]
    [InlineData("https://auth.example.org/", true)]
    [InlineData("https://8.8.8.8/", true)]
    [InlineData("https://169.254.169.254/latest", false)]
    [InlineData("https://10.1.2.3/", false)]
    [InlineData("https://192.168.0.1/", false)]
    [InlineData("https://172.31.0.1/", false)]
    [InlineData("https://100.64.0.1/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[fd00::1]/", false)]
    [InlineData("https://[::ffff:10.0.0.1]/", false)]
    [InlineData("https://0x7f.1/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://kubernetes/", false)]
    [InlineData("http://auth.example.org/", false)]
    public void Without_credentials_a_foreign_realm_may_be_asked_unless_it_is_inside(string realm, bool allowed) =>
        Assert.Equal(allowed, RealmPolicy.Refuse(RegistryEndpoint.Of("registry.example.com"), realm, withCredential: false, out _) is null);

    [Theory]
    [InlineData("auth.example.org", "https://auth.example.org:8443/", true)]
    [InlineData("auth.example.org:8443", "https://auth.example.org:8443/", true)]
    [InlineData("auth.example.org:443", "https://auth.example.org/", true)]
    [InlineData("auth.example.org:8443", "https://auth.example.org/", false)]
    [InlineData("auth.example.org", "http://auth.example.org/", false)]
    public void The_user_may_list_realms(string listed, string realm, bool allowed) => Assert.Equal(
        allowed,
        RealmPolicy.Refuse(RegistryEndpoint.Of("registry.example.com") with { Realms = [listed] }, realm, withCredential: true, out _) is null);
}
