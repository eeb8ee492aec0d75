using System.CommandLine;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Hosting;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Hosting;

/// <summary>The configuration of a controller whose config map changes.</summary>
internal sealed class LiveConfigurationStage : IDisposable
{
    private readonly StringWriter _log = new();
    private readonly ProcessTelemetry _telemetry = new(collects: false);
    private readonly ProcessLogs _logs;
    private readonly ProcessParts _process;

    /// <param name="data">Of the config map at the start.</param>
    public LiveConfigurationStage(params (string Key, string Value)[] data)
    {
        _logs = new ProcessLogs(_log, new LogSection(), LogLevel.Debug);
        var loader = new SettingsLoader(new RootCommand().Parse([]), _ => null);
        var settings = loader.Load(ConfigMapLayer.Read(Manifests(data).ConfigMaps, "argocd"));
        _process = new ProcessParts(new Surroundings(_log, _ => { }, _ => null), _logs, settings, new RequestCounter(), _telemetry);
        Live = new LiveConfiguration(loader, null, settings, _process);
    }

    public LiveConfiguration Live { get; }

    public string Log => _log.ToString();

    /// <summary>One cycle.</summary>
    public BumperSettings Take(params (string Key, string Value)[] data)
    {
        using var inUse = Live.Take(Manifests(data));
        return inUse.Settings;
    }

    public int Count(string text) => Log.Split(text).Length - 1;

    public void Dispose()
    {
        Live.Dispose();
        _process.Dispose();
        _logs.Dispose();
        _telemetry.Dispose();
        _log.Dispose();
    }

    private static ManifestSet Manifests(IEnumerable<(string Key, string Value)> data) => new()
    {
        ConfigMaps = [new KubernetesConfigMap(new NamespacedName("argocd", ConfigMapLayer.OwnName), data.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal))],
    };
}
