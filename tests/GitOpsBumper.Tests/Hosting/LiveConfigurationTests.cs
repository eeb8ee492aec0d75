using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Hosting;

/// <summary>What a running controller does with a configuration that changes.</summary>
public sealed class LiveConfigurationTests
{
    private const string Registries = "registries.conf";
    private const string SomeRegistry = "registries:\n- name: Ours\n  prefix: registry.example.com\n  api_url: https://registry.example.com\n";

    [Fact]
    public void The_selector_of_the_start_counts_until_the_next_one_and_globs_at_once()
    {
        using var stage = new LiveConfigurationStage(("selector", "team=web"));
        var settings = stage.Take(("selector", "team=shop"), ("app", "shop-*"));

        Assert.True(settings.Filter.Accepts(App("shop-1", "web")));
        Assert.False(settings.Filter.Accepts(App("shop-1", "shop")));
        Assert.False(settings.Filter.Accepts(App("web-1", "web")));
    }

    [Fact]
    public void What_needs_a_new_start_is_a_problem_until_then_or_until_it_is_as_before()
    {
        using var stage = new LiveConfigurationStage(("selector", "team=web"));
        for (var cycle = 0; cycle < 3; cycle++)
        {
            stage.Take(("selector", "team=shop"), ("git-timeout", "9s"));
            Assert.Equal(["The new value of --selector takes effect at the next start.", "The new value of --git-timeout takes effect at the next start."], stage.Live.Pending);
        }

        Assert.Equal(1, stage.Count("--selector"));
        stage.Take(("selector", "team=web"), ("git-timeout", "9s"));
        Assert.Equal(["The new value of --git-timeout takes effect at the next start."], stage.Live.Pending);
        stage.Take(("selector", "team=web"));
        Assert.Empty(stage.Live.Pending);
    }

    [Fact]
    public void A_mistake_does_not_hide_what_waits_for_the_next_start()
    {
        using var stage = new LiveConfigurationStage();
        stage.Take(("lease-name", "other"));
        stage.Take(("lease-name", "other"), ("interval", "soon"));
        Assert.Contains("--lease-name", Assert.Single(stage.Live.Pending), StringComparison.Ordinal);
        Assert.Contains("soon", Assert.Single(stage.Live.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void That_registries_conf_is_gone_is_a_warning()
    {
        using var stage = new LiveConfigurationStage((Registries, SomeRegistry));
        using (stage.Live.Take(new ManifestSet()))
            Assert.Contains(" warn  registries.conf is gone", stage.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("registries.conf has changed", stage.Log, StringComparison.Ordinal);

        stage.Take((Registries, SomeRegistry));
        Assert.Contains("registries.conf has changed and is in use", stage.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_not_changed_is_the_same_object()
    {
        using var stage = new LiveConfigurationStage((Registries, SomeRegistry));
        var settings = stage.Take((Registries, SomeRegistry), ("app", "web-*"));
        var registries = stage.Live.Texts.Registries;
        Assert.Same(settings, stage.Take((Registries, SomeRegistry), ("app", "web-*")));
        Assert.Same(registries, stage.Live.Texts.Registries);

        Assert.NotSame(settings, stage.Take((Registries, SomeRegistry), ("app", "shop-*")));
        Assert.Same(registries, stage.Live.Texts.Registries);
        stage.Take((Registries, $"{SomeRegistry}  default: true\n"), ("app", "shop-*"));
        Assert.NotSame(registries, stage.Live.Texts.Registries);
    }

    [Fact]
    public void A_file_of_authorities_that_is_replaced_is_taken_up_though_registries_conf_is_as_before()
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create();
        var file = folder.Write("ca.pem", Authority("first"));
        var text = $"{SomeRegistry}  ca_file: {file}\n";
        using var stage = new LiveConfigurationStage((Registries, text));
        var before = stage.Live.Texts.Registries;
        stage.Take((Registries, text));
        Assert.Same(before, stage.Live.Texts.Registries);

        var second = Authority("second");
        folder.Write("ca.pem", second);
        stage.Take((Registries, text));
        Assert.Equal(second.Trim(), Assert.Single(stage.Live.Texts.Registries.Endpoints).CertificateAuthorities);
        Assert.Equal(1, stage.Count("registries.conf has changed and is in use"));

        string Authority(string name)
        {
            using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            return certificate.ExportCertificatePem() + "\n";
        }
    }

    [Fact]
    public void What_follows_a_mistake_is_in_use_though_it_is_as_before()
    {
        using var stage = new LiveConfigurationStage();
        var settings = stage.Take(("app", "web-*"));
        Assert.Same(settings, stage.Take(("app", "web-*"), ("interval", "soon")));
        Assert.Single(stage.Live.Problems);
        Assert.Same(settings, stage.Take(("app", "web-*")));
        Assert.Empty(stage.Live.Problems);
    }

    private static ApplicationSnapshot App(string name, string team) => new()
    {
        Name = new NamespacedName("argocd", name),
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = team },
    };
}
