using System.CommandLine;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Configuration;

public sealed class ConfigMapLayerTests
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    [Fact]
    public void The_keys_of_image_updater_count()
    {
        var settings = Read([ImageUpdater(("interval", "30s"), ("log.level", "debug"), ("git.user", "Release Bot"), ("git.email", "bot@example.com"), ("kube.events", "false"))]);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Controller.Interval);
        Assert.Equal(LogLevel.Debug, settings.Log.Level);
        Assert.Equal("Release Bot", settings.Git.CommitUser);
        Assert.Equal("bot@example.com", settings.Git.CommitEmail);
        Assert.False(settings.Controller.KubeEvents);
    }

    [Fact]
    public void Our_own_config_map_wins_key_by_key_and_knows_the_names_of_flags()
    {
        var settings = Read([Own(("interval", "5m"), ("max-concurrency", "9")), ImageUpdater(("interval", "30s"), ("git.user", "Theirs"))]);
        Assert.Equal(TimeSpan.FromMinutes(5), settings.Controller.Interval);
        Assert.Equal(9, settings.Git.MaxConcurrency);
        Assert.Equal("Theirs", settings.Git.CommitUser);
    }

    [Fact]
    public void A_flag_and_the_environment_win_over_a_config_map()
    {
        _environment["IMAGE_UPDATER_INTERVAL"] = "7m";
        Assert.Equal(TimeSpan.FromMinutes(7), Read([ImageUpdater(("interval", "30s"))]).Controller.Interval);
        Assert.Equal(TimeSpan.FromMinutes(8), Read([ImageUpdater(("interval", "30s"))], "--interval", "8m").Controller.Interval);
    }

    [Fact]
    public void Texts_stand_in_the_config_map_itself()
    {
        var settings = Read([ImageUpdater(("registries.conf", "registries: []\n"), ("git.commit-message-template", "hello\n"))]);
        Assert.True(settings.RegistriesConf!.TryRead(out var text, out _));
        Assert.Equal("registries: []\n", text);
        Assert.True(settings.Git.CommitMessage!.TryRead(out text, out _));
        Assert.Equal("hello\n", text);
    }

    [Theory]
    [InlineData("registries-conf-path")]
    [InlineData("git-commit-message-path")]
    [InlineData("ssh-known-hosts-path")]
    [InlineData("verify-keys-dir")]
    [InlineData("kubeconfig")]
    [InlineData("argocd-namespace")]
    [InlineData("health-port")]
    [InlineData("manifests")]
    public void What_has_to_be_known_before_is_not_taken_from_a_config_map(string key)
    {
        var layer = ConfigMapLayer.Read([Own((key, "/etc/passwd"))], "argocd");
        Assert.Contains($"'{key}' is no setting", Assert.Single(layer.Notes), StringComparison.Ordinal);
        Assert.Null(layer.Find(SettingDefinitions.All.Single(setting => setting.FileKey == key)));
    }

    [Fact]
    public void A_key_that_does_nothing_is_told()
    {
        var layer = ConfigMapLayer.Read([ImageUpdater(("argocd.server_addr", "x"), ("git.usr", "x"))], "argocd");
        Assert.Collection(
            layer.Notes,
            note => Assert.Equal("config map argocd/argocd-image-updater-config: 'argocd.server_addr' is Image Updater's and does nothing here", note),
            note => Assert.Contains("'git.usr' is no setting and does nothing; allowed: ", note, StringComparison.Ordinal));
    }

    [Fact]
    public void Config_maps_of_another_namespace_do_not_count()
    {
        var map = new KubernetesConfigMap(new NamespacedName("other", ConfigMapLayer.OwnName), new Dictionary<string, string>(StringComparer.Ordinal) { ["interval"] = "1h" });
        Assert.Equal(TimeSpan.FromMinutes(2), Read([map]).Controller.Interval);
    }

    [Fact]
    public void A_value_that_is_wrong_is_named_with_where_it_stands()
    {
        Load([Own(("interval", "soon"))], out var problems);
        Assert.Contains("'interval' of config map argocd/gitops-bumper-config 'soon' is not a duration", Assert.Single(problems), StringComparison.Ordinal);
        Load([Own(("interval", "10ms"))], out problems);
        Assert.Contains("shorter than 1s", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("*", "*")]
    [InlineData(" a , a ", "a")]
    public void Namespaces_are_a_list(string text, string expected) => Assert.Equal(expected.Split('|'), Read([], "--namespace", text).Kubernetes.Namespaces!);

    [Theory]
    [InlineData("--namespace", "A")]
    [InlineData("--namespace", "a/b")]
    [InlineData("--namespace", "-a")]
    [InlineData("--argocd-namespace", "*")]
    [InlineData("--argocd-namespace", "a,b")]
    public void What_is_no_namespace_is_named(string flag, string text)
    {
        Load([], out var problems, flag, text);
        Assert.StartsWith($"{flag} '{text}'", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_namespace_of_argo_cd_is_that_of_the_pod_unless_somebody_says_another()
    {
        var loader = new SettingsLoader(Parse([]), _environment.GetValueOrDefault);
        Assert.Equal("gitops", loader.Load(podNamespace: "gitops").ArgoCdNamespace);
        Assert.Equal("argocd", loader.Load().ArgoCdNamespace);
        _environment["ARGOCD_NAMESPACE"] = "elsewhere";
        Assert.Equal("elsewhere", loader.Load(podNamespace: "gitops").ArgoCdNamespace);
    }

    private BumperSettings Read(IEnumerable<KubernetesConfigMap> maps, params string[] args)
    {
        var settings = Load(maps, out var problems, args);
        Assert.Empty(problems);
        return settings;
    }

    private BumperSettings Load(IEnumerable<KubernetesConfigMap> maps, out IReadOnlyList<string> problems, params string[] args) =>
        new SettingsLoader(Parse(args), _environment.GetValueOrDefault).Load(ConfigMapLayer.Read(maps, "argocd"), null, out problems);

    private static KubernetesConfigMap Own(params (string Key, string Value)[] data) => Map(ConfigMapLayer.OwnName, data);

    private static KubernetesConfigMap ImageUpdater(params (string Key, string Value)[] data) => Map(ConfigMapLayer.ImageUpdaterName, data);

    private static KubernetesConfigMap Map(string name, (string Key, string Value)[] data) =>
        new(new NamespacedName("argocd", name), data.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));

    private static ParseResult Parse(string[] args)
    {
        var command = new RootCommand();
        foreach (var setting in SettingDefinitions.All)
            command.Add(setting.CreateOption());
        return command.Parse(args);
    }
}
