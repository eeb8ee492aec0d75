using System.CommandLine;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Configuration;

public sealed class CredentialSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(null, true, "docker config ~/.docker/config.json")]
    [InlineData(null, false, null)]
    [InlineData("none", true, null)]
    [InlineData("other.json", true, "docker config ~/other.json")]
    [InlineData("other.json", false, "docker config ~/other.json")]
    [InlineData(".docker", false, "docker config ~/.docker/config.json")]
    public void The_docker_client_counts_on_the_command_line_and_where_it_is_named(string? value, bool onCommandLine, string? name)
    {
        _folder.Write("other.json", "{}");
        _folder.Write(".docker/config.json", "{}");
        var settings = Read(out var problems, value is null ? [] : ["--docker-config", value == "none" ? value : Path.Combine(_folder.Path, value)]);
        Assert.Empty(problems);
        using var logs = new ProcessLogs(TextWriter.Null, settings.Log, LogLevel.Warning);
        using var telemetry = new ProcessTelemetry(collects: false);
        using var process = new ProcessParts(
            new Surroundings(TextWriter.Null, _ => { }, variable => variable == "HOME" ? _folder.Path : null), logs, settings, new RequestCounter(), telemetry);

        Assert.Equal(name, process.Logins(settings, byDefault: onCommandLine)?.Name);
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Read(out var problems, "--docker-config", "/nowhere/config.json", "--scripts-dir", "/nowhere/scripts");

        Assert.Equal(["--scripts-dir '/nowhere/scripts' does not exist or is not a folder", "--docker-config '/nowhere/config.json' does not exist"], problems);
    }

    [Fact]
    public void Programs_come_from_the_folder_that_is_named_and_else_from_none()
    {
        Assert.Null(Read(out _).Credentials.ScriptsDir);
        Assert.Equal(_folder.Path, Read(out var problems, "--scripts-dir", _folder.Path + "/").Credentials.ScriptsDir);
        Assert.Empty(problems);
    }

    public void Dispose() => _folder.Dispose();

    private static BumperSettings Read(out IReadOnlyList<string> problems, params string[] args)
    {
        var command = new RootCommand();
        foreach (var setting in SettingDefinitions.All)
            command.Add(setting.CreateOption());
        return new SettingsLoader(command.Parse(args), _ => null).Load(ConfigMapLayer.Empty, null, out problems);
    }
}
