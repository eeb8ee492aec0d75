using System.Text;
using GitOpsBumper.Cli;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>
/// Where one scenario plays: a repository and image repositories of its own on the shared servers, a folder of manifests, and the command
/// line in this process.
/// </summary>
internal sealed class Stage : IDisposable
{
    private readonly ScratchFolder _folder = new("gob-stage-");
    private readonly string _name = "s" + Guid.NewGuid().ToString("N")[..10];
    private readonly Dictionary<string, string?> _pending = new(StringComparer.Ordinal);

    private Stage(DockerRegistry registry) => Registry = registry;

    public DockerRegistry Registry { get; }

    public HostedRepository Repository { get; private set; } = null!;

    /// <summary>Somebody who works in the repository too, and whose requests the server does not see.</summary>
    public Person Ada { get; private set; } = null!;

    public string Manifests => _folder.Folder("manifests");

    public string CacheFolder => _folder.Folder("cache");

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="world">Has the servers.</param>
    /// <param name="access">Where the repository lies on the git server: open, private or bearer.</param>
    /// <param name="registry">Null is the one that is open to everybody.</param>
    /// <param name="name">Of the repository below the stage's own folder; empty: the stage's folder is the repository, so that its path has two parts.</param>
    public static async Task<Stage> SetAsync(World world, string access = "open", DockerRegistry? registry = null, string name = "/config")
    {
        var stage = new Stage(registry ?? await world.RegistryAsync());
        var git = await world.GitAsync();
        stage.Repository = await git.CreateRepositoryAsync($"{access}/{stage._name}{name}", Token);
        stage.Ada = await Person.CloneAsync("Ada", stage.Repository.Folder, Token);
        stage.ConfigureRegistries("");
        return stage;
    }

    /// <summary>The registries.conf that knows the stage's registry.</summary>
    public string RegistriesConf => $"""
        registries:
        - name: stage
          prefix: {Registry.Host}
          api_url: {Registry.Url.ToString().TrimEnd('/')}
          insecure: true
          limit: 1000

        """;

    /// <summary>Appends entries to the one of the stage's registry.</summary>
    public void ConfigureRegistries(string more) => _folder.Write("registries.conf", RegistriesConf + more);

    /// <summary>The repository's path on the registry.</summary>
    public string RepositoryPath(string name) => $"{_name}/{name}";

    /// <summary>As image lists name it.</summary>
    public string Image(string name) => $"{Registry.Host}/{RepositoryPath(name)}";

    public Task PushTagsAsync(string name, params string[] tags) => Registry.Images.PushTagsAsync(RepositoryPath(name), tags, Token);

    /// <summary>Writes the manifest, and notes the override file for <see cref="PublishAsync"/>.</summary>
    public Deployment Deploy(Deployment deployment)
    {
        Announce(deployment);
        _pending[$"{deployment.Folder}/Chart.yaml"] = $"apiVersion: v2\nname: {deployment.Name}\nversion: 0.1.0\n";
        if (deployment.Tag is { } tag)
            _pending[deployment.OverrideFile] = deployment.OverrideText(tag);
        return deployment;
    }

    /// <summary>Writes the manifest alone.</summary>
    public void Announce(Deployment deployment) => Manifest($"{deployment.Namespace}-{deployment.Name}.yaml", deployment.ToYaml(Repository.Url));

    /// <summary>Writes any manifest.</summary>
    public void Manifest(string name, string yaml) => _folder.Write($"manifests/{name}", yaml);

    public string Scripts => _folder.Folder("scripts");

    /// <summary>A program in a folder of this stage. Another process writes it, because a file that is open for writing cannot be run.</summary>
    /// <param name="path">Below the stage's folder.</param>
    /// <param name="body">Of a shell script.</param>
    /// <returns>The full path.</returns>
    public async Task<string> ProgramAsync(string path, string body)
    {
        var draft = _folder.Write(path + ".draft", $"#!/bin/sh\n{body}\n");
        await ChildProcess.RunAsync("/usr/bin/install", ["-m", "755", draft, _folder.File(path)], new RunOptions(), Token);
        return _folder.File(path);
    }

    /// <summary>Any file in the stage's folder.</summary>
    public string Note(string path, string text) => _folder.Write(path, text);

    /// <summary>A further file of the next <see cref="PublishAsync"/>; null removes one.</summary>
    public void File(string path, string? text) => _pending[path] = text;

    /// <summary>Ada commits what is noted and pushes it.</summary>
    public async Task PublishAsync()
    {
        if (await Repository.ExistsAsync("main", Token))
            await Ada.PullAsync(Token);
        await Ada.CommitAsync("Ada's work", _pending, Token);
        await Ada.PushAsync(Token, "main");
        _pending.Clear();
    }

    public Task<Outcome> RunAsync(params string[] more) => CallAsync(["run", "--once", "--output", "json", .. more]);

    /// <summary>Any command over this stage's manifests.</summary>
    public Task<Outcome> CallAsync(params string[] args) => ExecuteAsync(Arguments(args));

    /// <summary>Those of a command over this stage's manifests. What the machine is logged in with does not count, unless they say so.</summary>
    public string[] Arguments(params string[] args) =>
    [
        .. args, "--manifests", Manifests, "--registries-conf-path", _folder.File("registries.conf"), "--cache-dir", CacheFolder,
        .. args.Contains("--docker-config") ? Array.Empty<string>() : ["--docker-config", "none"],
    ];

    public static async Task<Outcome> ExecuteAsync(params string[] args)
    {
        await using var output = new StringWriter(new StringBuilder());
        await using var errors = new StringWriter(new StringBuilder());
        var code = await CommandLine.RunAsync(args, TextWriter.Synchronized(output), TextWriter.Synchronized(errors), Token);
        return new Outcome(code, output.ToString(), errors.ToString());
    }

    public Task<string?> ReadAsync(string file) => Repository.ReadAsync("main", file, Token);

    public Task<int> CountCommitsAsync() => Repository.CountCommitsAsync("main", Token);

    public async Task<int> CountTagListsAsync(string image) =>
        (await Registry.RequestsAsync(RepositoryPath(image), Token)).Count(request => request.Path.EndsWith("/tags/list", StringComparison.Ordinal));

    public void Dispose()
    {
        Ada?.Dispose();
        _folder.Dispose();
    }
}
