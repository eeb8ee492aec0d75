using System.CommandLine;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Hosting;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Hosting;

/// <summary>What a running controller does with a configuration that changes.</summary>
public sealed class LiveConfigurationTests : IDisposable
{
    private const string Registries = "registries.conf";
    private const string SomeRegistry = "registries:\n- name: Ours\n  prefix: registry.example.com\n  api_url: https://registry.example.com\n";

    private readonly StringWriter _log = new();
    private readonly ProcessTelemetry _telemetry = new(collects: false);
    private readonly ProcessLogs _logs;
    private ProcessParts? _process;
    private LiveConfiguration? _live;

    public LiveConfigurationTests() => _logs = new ProcessLogs(_log, new LogSection(), LogLevel.Debug);

    [Fact]
    public void The_selector_of_the_start_counts_until_the_next_one_and_globs_at_once()
    {
        Start(("selector", "team=web"));
        var settings = Take(("selector", "team=shop"), ("app", "shop-*"));

        Assert.True(settings.Filter.Accepts(App("shop-1", "web")));
        Assert.False(settings.Filter.Accepts(App("shop-1", "shop")));
        Assert.False(settings.Filter.Accepts(App("web-1", "web")));
    }

    [Fact]
    public void What_needs_a_new_start_is_a_problem_until_then_or_until_it_is_as_before()
    {
        Start(("selector", "team=web"));
        for (var cycle = 0; cycle < 3; cycle++)
        {
            Take(("selector", "team=shop"), ("git-timeout", "9s"));
            Assert.Equal(["The new value of --selector takes effect at the next start.", "The new value of --git-timeout takes effect at the next start."], _live!.Pending);
        }

        Assert.Equal(1, Count("--selector"));
        Take(("selector", "team=web"), ("git-timeout", "9s"));
        Assert.Equal(["The new value of --git-timeout takes effect at the next start."], _live!.Pending);
        Take(("selector", "team=web"));
        Assert.Empty(_live.Pending);
    }

    [Fact]
    public void A_mistake_does_not_hide_what_waits_for_the_next_start()
    {
        Start();
        Take(("lease-name", "other"));
        Take(("lease-name", "other"), ("interval", "soon"));
        Assert.Contains("--lease-name", Assert.Single(_live!.Pending), StringComparison.Ordinal);
        Assert.Contains("soon", Assert.Single(_live.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void That_registries_conf_is_gone_is_a_warning()
    {
        Start((Registries, SomeRegistry));
        using (_live!.Take(new ManifestSet()))
            Assert.Contains(" warn  registries.conf is gone", Log, StringComparison.Ordinal);
        Assert.DoesNotContain("registries.conf has changed", Log, StringComparison.Ordinal);

        Take((Registries, SomeRegistry));
        Assert.Contains("registries.conf has changed and is in use", Log, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _live?.Dispose();
        _process?.Dispose();
        _logs.Dispose();
        _telemetry.Dispose();
        _log.Dispose();
    }

    private string Log => _log.ToString();

    private void Start(params (string Key, string Value)[] data)
    {
        var loader = new SettingsLoader(new RootCommand().Parse([]), _ => null);
        var settings = loader.Load(ConfigMapLayer.Read(Manifests(data).ConfigMaps, "argocd"));
        _process = new ProcessParts(new Surroundings(_log, _ => { }, _ => null), _logs, settings, new RequestCounter(), _telemetry);
        _live = new LiveConfiguration(loader, null, settings, _process);
    }

    /// <summary>One cycle.</summary>
    private BumperSettings Take(params (string Key, string Value)[] data)
    {
        using var inUse = _live!.Take(Manifests(data));
        return inUse.Settings;
    }

    private int Count(string text) => Log.Split(text).Length - 1;

    private static ManifestSet Manifests(IEnumerable<(string Key, string Value)> data) => new()
    {
        ConfigMaps = [new KubernetesConfigMap(new NamespacedName("argocd", ConfigMapLayer.OwnName), data.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal))],
    };

    private static ApplicationSnapshot App(string name, string team) => new()
    {
        Name = new NamespacedName("argocd", name),
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = team },
    };
}
