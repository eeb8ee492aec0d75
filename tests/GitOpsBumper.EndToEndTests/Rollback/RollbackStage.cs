using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>Two applications, <c>api</c> with one image and <c>web</c> with the two images <c>web</c> and <c>side</c>, and Ada at her prompt, who takes back what the bot wrote.</summary>
internal sealed class RollbackStage : IDisposable
{
    private static readonly string[] Aliases = ["api", "web", "side"];

    private readonly Layout _layout;

    private RollbackStage(Stage stage, Layout layout)
    {
        Stage = stage;
        _layout = layout;
    }

    public Stage Stage { get; }

    /// <summary>The commit before anything of the bot; Ada knows it as <c>$before</c>.</summary>
    public string Before { get; private set; } = "";

    /// <summary>The images have 1.0.0, which is deployed, 1.1.0 and 1.2.0.</summary>
    public static async Task<RollbackStage> SetAsync(World world, Layout layout)
    {
        var play = new RollbackStage(await Stage.SetAsync(world), layout);
        await Task.WhenAll(Aliases.Select(image => play.Stage.PushTagsAsync(image, "1.0.0", "1.1.0", "1.2.0")));
        play.Announce(layout.Branch);
        foreach (var (path, text) in play.Files())
            play.Stage.File(path, text);
        await play.Stage.PublishAsync();
        play.Before = await play.Stage.Repository.TipAsync("main", Stage.Token);
        return play;
    }

    /// <summary>The same after a first run, which has written 1.2.0 for all.</summary>
    public static async Task<RollbackStage> StartAsync(World world, Layout layout)
    {
        var play = await SetAsync(world, layout);
        Assert.Equal("api 1.2.0 updated, web 1.2.0 updated, side 1.2.0 updated", await play.RunAsync());
        return play;
    }

    public void Announce(string? branch)
    {
        foreach (var deployment in new[] { Api(), Web() })
        {
            var annotations = new Dictionary<string, string>(deployment.Annotations, StringComparer.Ordinal);
            if (branch is not null)
                annotations["git-branch"] = branch;
            Stage.Announce(deployment with { Annotations = annotations });
        }
    }

    /// <summary>A new version of some images.</summary>
    public Task PushAsync(string version, params string[] images) => Task.WhenAll(images.Select(image => Stage.PushTagsAsync(image, version)));

    /// <summary>A run of the bot, as in <c>api 1.2.0 up-to-date, web 1.0.0 rejected</c>: what main says afterwards, and what the bot decided.</summary>
    public async Task<string> RunAsync(params string[] more)
    {
        var outcome = (await Stage.RunAsync(["--commit-grouping", _layout.Grouping, .. more])).MustExit(0);
        var tags = await ReadAsync("main");
        return string.Join(", ", Aliases.Select(alias => $"{alias} {tags[alias]} {outcome.Image(alias == "api" ? "api" : "web", alias).Decision}"));
    }

    /// <summary>What a branch says, as in <c>api 1.2.0, web 1.0.0</c>.</summary>
    public async Task<string> TagsAsync(string branch)
    {
        var tags = await ReadAsync(branch);
        return string.Join(", ", Aliases.Select(alias => $"{alias} {tags[alias]}"));
    }

    /// <summary>A newer version of all is written at once, whatever was taken back.</summary>
    public async Task MustGoOnAsync(string version)
    {
        await PushAsync(version, Aliases);
        Assert.Equal($"api {version} updated, web {version} updated, side {version} updated", await RunAsync());
    }

    /// <summary>Ada fetches what is new and types some lines into her shell, on main.</summary>
    public async Task<string> TypeAsync(string lines)
    {
        var environment = new Dictionary<string, string>(GitCommand.Environment(Stage.Ada.Folder), StringComparer.Ordinal)
        {
            ["GIT_AUTHOR_NAME"] = "Ada",
            ["GIT_AUTHOR_EMAIL"] = "ada@example.com",
            ["GIT_COMMITTER_NAME"] = "Ada",
            ["GIT_COMMITTER_EMAIL"] = "ada@example.com",
            ["GIT_EDITOR"] = "true",
            ["before"] = Before,
        };
        var result = await ChildProcess.RunAsync(
            "/bin/sh",
            ["-e", "-c", $"git fetch -q --prune origin\ngit checkout -q -B main origin/main\n{lines}"],
            new RunOptions { WorkingDirectory = Stage.Ada.Folder, Environment = environment, AllowFailure = true },
            Stage.Token);
        Assert.True(result.ExitCode == 0, $"{lines}\nended with {result.ExitCode}:\n{result.Text}{result.ErrorText}");
        return result.Text.TrimEnd('\n');
    }

    /// <summary>What Ada types to write another version of one image into its file.</summary>
    public string Edit(string alias, string text)
    {
        var (file, line) = _layout.Place(alias);
        return $"sed -i '/{line}/{{n;s|: .*|: {text}|}}' {file}";
    }

    public void Dispose() => Stage.Dispose();

    private Deployment Api() => _layout.Complete(new Deployment("api", Stage.Image("api")) { Alias = "api" }, "api");

    private Deployment Web()
    {
        var web = _layout.Complete(new Deployment("web", Stage.Image("web")) { Constraint = $"{_layout.WebConstraint}, side={Stage.Image("side")}:~1" }, "web", "side");
        var annotations = new Dictionary<string, string>(web.Annotations, StringComparer.Ordinal);
        foreach (var (key, value) in _layout.WebAnnotations)
            annotations[key] = value;
        return web with { Annotations = annotations };
    }

    private Dictionary<string, string> Files()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["apps/api/Chart.yaml"] = "name: api\n", ["apps/web/Chart.yaml"] = "name: web\n" };
        foreach (var alias in Aliases)
        {
            var (file, _) = _layout.Place(alias);
            files[file] = (files.TryGetValue(file, out var text) ? text : _layout.Head) + _layout.Entry(alias, Stage.Image(alias), alias == "web" ? _layout.WebTag : "1.0.0");
        }

        return files;
    }

    private async Task<IReadOnlyDictionary<string, string>> ReadAsync(string branch)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var alias in Aliases)
        {
            var (file, line) = _layout.Place(alias);
            var lines = (await Stage.Repository.ReadAsync(branch, file, Stage.Token) ?? "").Split('\n').ToList();
            var at = lines.FindIndex(text => text.EndsWith(line, StringComparison.Ordinal));
            tags[alias] = at < 0 ? "-" : lines[at + 1].Split(": ", 2)[1].Trim('"');
        }

        return tags;
    }
}
