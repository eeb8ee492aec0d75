using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Hosting.Triggers;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Hosting.Triggers;

/// <summary>What is wrong with whom the bot is to believe is told before somebody is turned away, and once.</summary>
public sealed class TrustedCallersTests
{
    private const string Good = "- issuer: https://gitlab.example.com\n  audience: gitops-bumper\n  rules:\n  - claims: {project_path: team/web}\n";

    private readonly LogLines<TrustedCallers> _log = new();
    private SettingSource? _oidc;
    private SecretLayer _secrets = SecretLayer.Empty;

    [Fact]
    public void A_token_that_nobody_can_use_is_told_once_for_as_long_as_it_is_there()
    {
        var trusted = Trusted();
        trusted.Look();
        Assert.Empty(trusted.Problems);
        _secrets = Secrets.Layer(("api.token.jenkins", "the token itself, of thirty-two characters"));
        trusted.Look();
        trusted.Look();
        Assert.Contains("api.token.jenkins", Assert.Single(trusted.Problems), StringComparison.Ordinal);
        Assert.Equal(1, _log.Count("api.token.jenkins"));
        Assert.DoesNotContain("thirty-two", _log.ToString(), StringComparison.Ordinal);

        _secrets = SecretLayer.Empty;
        trusted.Look();
        Assert.Empty(trusted.Problems);
        _secrets = Secrets.Layer(("api.token.jenkins", "again"));
        trusted.Look();
        Assert.Equal(2, _log.Count("api.token.jenkins"));
    }

    [Fact]
    public void Of_issuers_with_a_mistake_nobody_is_believed_and_it_is_said_why()
    {
        _oidc = new SettingSource.InConfigMap("api.oidc", Good);
        var trusted = Trusted();
        Assert.Equal("https://gitlab.example.com", Assert.Single(trusted.Issuers()).Issuer);
        _oidc = new SettingSource.InConfigMap("api.oidc", Good.Replace("https", "http", StringComparison.Ordinal));
        Assert.Empty(trusted.Issuers());
        trusted.Look();
        Assert.Contains("'http://gitlab.example.com' is no https URL", Assert.Single(trusted.Problems), StringComparison.Ordinal);
        _oidc = new SettingSource.InConfigMap("api.oidc", Good);
        Assert.Single(trusted.Issuers());
        trusted.Look();
        Assert.Empty(trusted.Problems);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_told_once_and_not_for_each_request()
    {
        _oidc = new SettingSource.InFile("/there/is/no/such/file");
        var trusted = Trusted();
        for (var request = 0; request < 3; request++)
        {
            Assert.Empty(trusted.Issuers());
            trusted.Look();
        }

        Assert.Single(trusted.Problems);
        Assert.Equal(1, _log.Count("/there/is/no/such/file"));
    }

    private TrustedCallers Trusted() => new(() => _oidc, () => _secrets, TimeProvider.System, _log);
}
