using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Configuration;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_flag_wins_over_the_environment_over_the_file_over_the_default()
    {
        Assert.Equal(4, Read().Git.MaxConcurrency);
        var config = _folder.Write("config.yaml", "max-concurrency: 5\ngit-timeout: 10s\n");
        Assert.Equal(5, Read("--config", config).Git.MaxConcurrency);
        _environment["BUMPER_MAX_CONCURRENCY"] = "6";
        Assert.Equal(6, Read("--config", config).Git.MaxConcurrency);
        Assert.Equal(7, Read("--config", config, "--max-concurrency", "7").Git.MaxConcurrency);
        Assert.Equal(8, Read("--max-concurrent-apps", "8").Git.MaxConcurrency);
        Assert.Equal(TimeSpan.FromSeconds(10), Read("--config", config).Git.Timeout);
    }

    [Fact]
    public void The_file_itself_may_be_named_by_the_environment()
    {
        _environment["BUMPER_CONFIG"] = _folder.Write("config.yaml", "argocd-namespace: gitops\n");
        Assert.Equal("gitops", Read().ArgoCdNamespace);
    }

    [Fact]
    public void Names_of_image_updater_count_after_our_own_and_an_empty_variable_does_not()
    {
        _environment["IMAGE_UPDATER_LOGLEVEL"] = "debug";
        Assert.Equal(LogLevel.Debug, Read().Log.Level);
        _environment["BUMPER_LOG_LEVEL"] = "";
        Assert.Equal(LogLevel.Debug, Read().Log.Level);
        _environment["BUMPER_LOG_LEVEL"] = "ERROR";
        Assert.Equal(LogLevel.Error, Read().Log.Level);
        Assert.Equal(LogLevel.Trace, Read("--loglevel", "trace").Log.Level);
    }

    [Fact]
    public void A_switch_is_on_when_it_is_given_and_takes_no_value_from_the_command_line()
    {
        Assert.False(Read().Git.AllowLocalRepositories);
        Assert.True(Read("--allow-local-repositories", "--max-concurrency", "7").Git.AllowLocalRepositories);
        _environment["BUMPER_ALLOW_LOCAL_REPOSITORIES"] = "true";
        Assert.True(Read().Git.AllowLocalRepositories);
        _environment["BUMPER_ALLOW_LOCAL_REPOSITORIES"] = "false";
        Assert.False(Read().Git.AllowLocalRepositories);
        Assert.True(Read("--allow-local-repositories").Git.AllowLocalRepositories);
    }

    [Fact]
    public void A_list_in_the_file_is_several_flags()
    {
        var config = _folder.Write("config.yaml", $"manifests:\n- {_folder.Path}\n- '{_folder.Path}/.'\noutput:\n");
        Assert.Equal(2, Read("--config", config).Manifests.Count);
        Assert.Single(Read("--config", config, "--manifests", _folder.Path).Manifests);
    }

    [Theory]
    [InlineData("--manifests")]
    [InlineData("--cache-dir")]
    [InlineData("--registries-conf-path")]
    [InlineData("--git-commit-message-path")]
    [InlineData("--config")]
    public void An_empty_path_is_named(string flag) => Assert.Contains(flag, Assert.Single(Problems(flag, "")), StringComparison.Ordinal);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1MiB", 1 << 20)]
    [InlineData("2Gi", 2L << 30)]
    public void The_size_of_the_cache_is_read(string text, long bytes) => Assert.Equal(bytes, Read("--cache-max-size", text).Git.MaxCacheBytes);

    [Theory]
    [InlineData("10")]
    [InlineData("much")]
    public void A_cache_that_could_hold_nothing_is_named(string text) =>
        Assert.Equal([$"--cache-max-size '{text}' is not a size from 1MiB upwards, for example 500MiB or 10GiB; 0 means any number"], Problems("--cache-max-size", text));

    [Fact]
    public void What_is_given_twice_and_allowed_once_is_named() =>
        Assert.Equal(["--git-timeout is given 2 times, it is allowed once"], Problems("--git-timeout", "1s", "--git-timeout", "2s"));

    [Theory]
    [InlineData("- a\n", "has to be a mapping of settings")]
    [InlineData("a: [\n", "config.yaml")]
    [InlineData("cache-dir: [{}]\n", "has to be a text or a list of texts")]
    [InlineData("cache-dir: \"a\\0b\"\n", "is no path")]
    [InlineData("config: other.yaml\n", "setting 'config' is not known")]
    public void A_file_that_is_wrong_is_named(string text, string part) =>
        Assert.Contains(part, Assert.Single(Problems("--config", _folder.Write("config.yaml", text))), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_ours_to_read_is_named()
    {
        var config = _folder.Write("config.yaml", "output: json\n");
        using var held = new FileStream(config, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("cannot be read", Assert.Single(Problems("--config", config)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("!a=b")]
    [InlineData("!!a")]
    [InlineData("a in b")]
    [InlineData("=b")]
    [InlineData("a b")]
    public void A_label_requirement_of_another_kind_is_refused(string selector)
    {
        Assert.False(ApplicationFilter.TryCreate([], selector, out _, out var problem));
        Assert.Contains($"'{selector}' is not understood", problem, StringComparison.Ordinal);
    }

    private BumperSettings Read(params string[] args)
    {
        var settings = Loader(args).Load(ConfigMapLayer.Empty, null, out var problems);
        Assert.Empty(problems);
        return settings;
    }

    private IReadOnlyList<string> Problems(params string[] args)
    {
        Loader(args).Load(ConfigMapLayer.Empty, null, out var problems);
        return problems;
    }

    private SettingsLoader Loader(string[] args) => new(Parse(args), _environment.GetValueOrDefault);

    private static ParseResult Parse(string[] args)
    {
        var command = new RootCommand();
        foreach (var setting in SettingDefinitions.Cycle)
            command.Add(setting.CreateOption());
        return command.Parse(args);
    }
}
