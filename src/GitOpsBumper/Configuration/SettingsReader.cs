using System.Net;
using GitOpsBumper.Adapters.Kubernetes.Leases;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.PullRequests;
using GitOpsBumper.Configuration.Reading;
using GitOpsBumper.Configuration.Schedules;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Schedules;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Configuration;

/// <summary>Reads the settings of a run: flag before environment before file before config map before default. All mistakes are collected and told at once.</summary>
internal sealed class SettingsReader : ValueReader
{
    private readonly SettingLookup _lookup;
    private readonly List<string> _problems;

    private SettingsReader(SettingLookup lookup, List<string> problems)
        : base(lookup, problems)
    {
        _lookup = lookup;
        _problems = problems;
    }

    /// <summary>The settings, and every problem with them; with problems nothing must be done.</summary>
    /// <param name="lookup">Of the sources.</param>
    /// <param name="problems">Gets every problem.</param>
    public static BumperSettings Read(SettingLookup lookup, List<string> problems) => new SettingsReader(lookup, problems).ReadAll();

    private BumperSettings ReadAll()
    {
        var defaults = new BumperSettings();
        return new BumperSettings
        {
            Manifests = [.. Many(SettingDefinitions.Manifests).Select(path => Existing(SettingDefinitions.Manifests, path, folders: true))],
            Filter = Filter(),
            ArgoCdNamespace = Namespaces(SettingDefinitions.ArgoCdNamespace) switch { [var single] => single, _ => _lookup.PodNamespace ?? defaults.ArgoCdNamespace },
            Kubernetes = ReadKubernetes(),
            Controller = ReadController(defaults.Controller),
            Hooks = new HookSettingsReader(_lookup, _problems).Read(defaults.Hooks),
            RegistriesConf = Source(SettingDefinitions.RegistriesConfPath, ConfigMapLayer.RegistriesConf),
            CacheDir = One(SettingDefinitions.CacheDir) is { } cache ? FullPath(SettingDefinitions.CacheDir, cache) : null,
            Annotations = AnnotationDefaults(),
            RespectsSyncWindows = Choice(WindowSettingDefinitions.RespectSyncWindows, Switches) ?? defaults.RespectsSyncWindows,
            Trust = new TrustSection
            {
                Registries = List(SettingDefinitions.AllowedRegistries),
                Repositories = List(SettingDefinitions.AllowedRepositories),
                Variables = List(SettingDefinitions.AllowedVariables).ToHashSet(StringComparer.Ordinal),
                KeysFolder = One(SettingDefinitions.VerifyKeysDir) is { } keys ? Folder(SettingDefinitions.VerifyKeysDir, keys) : null,
            },
            Credentials = ReadCredentials(),
            Git = new GitSettingsReader(_lookup, _problems).Read(defaults.Git),
            PullRequests = new PullRequestSettingsReader(_lookup, _problems).Read(defaults.PullRequests),
            TagRevalidate = Duration(SettingDefinitions.TagRevalidate, TimeSpan.Zero, TimeSpan.FromDays(7)) ?? defaults.TagRevalidate,
            Output = Choice(SettingDefinitions.Output, OutputFormats) ?? defaults.Output,
            Log = new LogSection
            {
                Level = Choice(SettingDefinitions.LogLevel, LogLevels),
                Format = Choice(SettingDefinitions.LogFormat, OutputFormats) ?? defaults.Log.Format,
            },
        };
    }

    private static IReadOnlyList<KeyValuePair<string, OutputFormat>> OutputFormats { get; } =
        [new("text", OutputFormat.Text), new("json", OutputFormat.Json)];

    private static IReadOnlyList<KeyValuePair<string, LogLevel>> LogLevels { get; } =
    [
        new("trace", LogLevel.Trace), new("debug", LogLevel.Debug), new("info", LogLevel.Information), new("information", LogLevel.Information),
        new("warn", LogLevel.Warning), new("warning", LogLevel.Warning), new("error", LogLevel.Error),
    ];

    private static IReadOnlyList<KeyValuePair<string, bool>> CloudModes { get; } = [new("auto", true), new("none", false)];

    private CredentialSection ReadCredentials()
    {
        var scripts = One(SettingDefinitions.ScriptsDir) is { } folder ? Path.TrimEndingDirectorySeparator(FullPath(SettingDefinitions.ScriptsDir, folder)) : null;
        if (scripts is { Length: > 0 } && !Directory.Exists(scripts))
            _problems.Add($"{Name(SettingDefinitions.ScriptsDir)} '{scripts}' does not exist or is not a folder");
        var docker = One(SettingDefinitions.DockerConfig);
        var isOff = docker == "none";
        var path = docker is null || isOff ? null : Existing(SettingDefinitions.DockerConfig, docker, folders: true);
        return new CredentialSection
        {
            ScriptsDir = scripts,
            UsesDockerConfig = docker is null ? null : !isOff,
            // Docker's own variable names the folder.
            DockerConfig = Directory.Exists(path) ? Path.Combine(path, "config.json") : path,
            RecognisesClouds = Choice(SettingDefinitions.CloudCredentials, CloudModes) ?? true,
        };
    }

    private KubernetesSection ReadKubernetes()
    {
        var namespaces = Namespaces(ClusterSettingDefinitions.Namespace);
        return new KubernetesSection
        {
            Kubeconfig = One(ClusterSettingDefinitions.Kubeconfig) is { } path ? Existing(ClusterSettingDefinitions.Kubeconfig, path, folders: false) : null,
            Context = One(ClusterSettingDefinitions.Context),
            Namespaces = namespaces.Count == 0 ? null : namespaces,
        };
    }

    private ControllerSection ReadController(ControllerSection defaults) => new()
    {
        Interval = Interval() ?? defaults.Interval,
        HealthPort = Number(ClusterSettingDefinitions.HealthPort, 0, 65535) ?? defaults.HealthPort,
        MetricsPort = Number(ClusterSettingDefinitions.MetricsPort, 0, 65535) ?? defaults.MetricsPort,
        BindAddress = Address(ClusterSettingDefinitions.BindAddress),
        KubeEvents = Choice(ClusterSettingDefinitions.DisableKubeEvents, Switches) is not true && (Choice(ClusterSettingDefinitions.KubeEvents, Switches) ?? defaults.KubeEvents),
        LeaderElection = Choice(ClusterSettingDefinitions.LeaderElection, Switches),
        LeaseName = LeaseName() ?? defaults.LeaseName,
        LeaderElectionTimes = ElectionTimes() ?? defaults.LeaderElectionTimes,
    };

    /// <summary>The other times in proportion, as they are to each other in Kubernetes' own controllers.</summary>
    private LeaderElectionTimes? ElectionTimes()
    {
        if (Duration(ClusterSettingDefinitions.LeaseDuration, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1)) is not { } lease)
            return null;
        if (LeaderElectionTimes.TryCreate(lease, lease * 2 / 3, lease * 2 / 15, out var times, out var problem))
            return times;
        _problems.Add($"{Name(ClusterSettingDefinitions.LeaseDuration)}: {problem}");
        return null;
    }

    /// <summary>Zero, or long enough to be kind to registries.</summary>
    private TimeSpan? Interval()
    {
        var interval = Duration(ClusterSettingDefinitions.Interval, TimeSpan.Zero, TimeSpan.FromDays(1));
        if (interval is { } given && given != TimeSpan.Zero && given < TimeSpan.FromSeconds(1))
            _problems.Add($"{Name(ClusterSettingDefinitions.Interval)} '{GoDuration.Format(given)}' is shorter than 1s; 0 means only on change");
        return interval;
    }

    private ApplicationFilter Filter()
    {
        if (ApplicationFilter.TryCreate(Many(SettingDefinitions.App), One(SettingDefinitions.Selector), out var filter, out var problem))
            return filter;
        _problems.Add($"{Name(SettingDefinitions.App)} or {Name(SettingDefinitions.Selector)}: {problem}");
        return ApplicationFilter.All;
    }

    private AnnotationDefaults AnnotationDefaults()
    {
        var method = Choice<WriteBackMethod>(SettingDefinitions.DefaultWriteBackMethod, [new("git", WriteBackMethod.Git), new("argocd", WriteBackMethod.ArgoCd)]);
        return new AnnotationDefaults
        {
            DefaultMethod = method ?? WriteBackMethod.Git,
            Rollbacks = new RollbackPolicy
            {
                OnRollback = Choice<OnRollback>(SettingDefinitions.OnRollback, [new("skip", OnRollback.Skip), new("hold", OnRollback.Hold)]) ?? OnRollback.Skip,
                Memory = Duration(SettingDefinitions.RollbackMemory, TimeSpan.Zero, RollbackPolicy.LongestMemory) ?? RollbackPolicy.DefaultMemory,
            },
            AllowedSecretNamespaces = List(SettingDefinitions.AllowedSecretNamespaces),
            PullRequests = new PullRequestSettingsReader(_lookup, _problems).ReadDefaults(),
            UpdateWindows = UpdateWindow(),
        };
    }

    private UpdateWindows? UpdateWindow()
    {
        if (One(WindowSettingDefinitions.UpdateWindow) is not { Length: > 0 } text || text.Equals(UpdateWindows.Any, StringComparison.OrdinalIgnoreCase))
            return null;
        if (UpdateWindows.TryParse(text, out var windows, out var problem))
            return windows;
        _problems.Add($"{Name(WindowSettingDefinitions.UpdateWindow)}: {problem}");
        return null;
    }

    /// <summary>Comma separated; what is no name of a namespace is a problem.</summary>
    private IReadOnlyList<string> Namespaces(Setting setting)
    {
        var names = List(setting).Distinct(StringComparer.Ordinal).ToList();
        var several = setting == ClusterSettingDefinitions.Namespace;
        foreach (var name in names.Where(name => !(several && name == KubernetesSection.AllNamespaces) && !IsLabel(name)))
            _problems.Add($"{Name(setting)} '{name}' is no name of a namespace: allowed are up to 63 lower-case letters, digits and hyphens{(several ? ", or * for all" : "")}");
        if (!several && names.Count > 1)
            _problems.Add($"{Name(setting)} '{One(setting)}' names several namespaces, Argo CD has one");
        return names;
    }

    private string? LeaseName()
    {
        var name = One(ClusterSettingDefinitions.LeaseName);
        if (name is not null && !IsLabel(name))
            _problems.Add($"{Name(ClusterSettingDefinitions.LeaseName)} '{name}' is no name of a lease: allowed are up to 63 lower-case letters, digits and hyphens");
        return name;
    }

    /// <summary>As Kubernetes names what is part of a DNS name.</summary>
    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';

    private IPAddress? Address(Setting setting)
    {
        if (One(setting) is not { } text)
            return null;
        if (IPAddress.TryParse(text, out var address))
            return address;
        _problems.Add($"{Name(setting)} '{text}' is no IP address, for example 127.0.0.1 or ::");
        return null;
    }
}
