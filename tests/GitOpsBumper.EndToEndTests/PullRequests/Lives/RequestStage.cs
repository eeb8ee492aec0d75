using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.PullRequests.Azure;
using GitOpsBumper.EndToEndTests.PullRequests.Bitbucket;
using GitOpsBumper.EndToEndTests.PullRequests.Gitea;
using GitOpsBumper.EndToEndTests.PullRequests.GitHub;
using GitOpsBumper.EndToEndTests.PullRequests.GitLab;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>Applications whose changes are proposed, a forge that keeps the requests of their repository, and the bot.</summary>
internal sealed class RequestStage : IAsyncDisposable
{
    private RequestStage(Stage stage, ForgeStandIn forge) => (Stage, Forge) = (stage, forge);

    public static TheoryData<string> Kinds => ["github", "gitlab", "gitea", "bitbucket-cloud", "bitbucket-server", "azure-devops"];

    public Stage Stage { get; }

    public ForgeStandIn Forge { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="world">Has the servers.</param>
    /// <param name="kind">Of the forge, as <c>--forge</c> names it.</param>
    public static async Task<RequestStage> SetAsync(World world, string kind = "github")
    {
        var stage = await Stage.SetAsync(world, name: "");
        ForgeStandIn forge = kind switch
        {
            "github" => new GitHubForgeStandIn(stage.Repository, await world.FindGitHubAsync()),
            "gitlab" => new GitLabStandIn(stage.Repository),
            "gitea" => new GiteaStandIn(stage.Repository),
            "bitbucket-cloud" => new BitbucketCloudStandIn(stage.Repository),
            "bitbucket-server" => new BitbucketServerStandIn(stage.Repository),
            _ => new AzureStandIn(stage.Repository),
        };
        await forge.StartAsync(Token);
        stage.Manifest("token.yaml", $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: forge\n  namespace: argocd\nstringData:\n  token: {ForgeStandIn.Secret}\n  read: {ForgeStandIn.ReadOnlySecret}\n");
        return new RequestStage(stage, forge);
    }

    /// <summary>An Application with one image, deployed as 1.0.0, of which there are 1.0.0 and the other tags.</summary>
    public async Task DeployAsync(string name, string[] tags, params string[] annotations)
    {
        await Stage.PushTagsAsync(name, ["1.0.0", .. tags]);
        Stage.Deploy(Deployment(name, annotations));
    }

    /// <summary>Changes the annotations of an Application.</summary>
    public void Announce(string name, params string[] annotations) => Stage.Announce(Deployment(name, annotations));

    public Task<Outcome> RunAsync(params string[] more) => CommandAsync(["run", "--once", "--output", "json", .. more]);

    public Task<Outcome> CommandAsync(params string[] args)
    {
        var host = new Uri(Stage.Repository.Url).Authority;
        return Stage.CallAsync(
            [.. args, "--forge", $"{host}={Forge.Kind}@{Forge.ApiUrl}", .. args.Contains("--forge-token") ? Array.Empty<string>() : ["--forge-token", $"{host}=secret:argocd/forge#token"]]);
    }

    /// <summary>The whole of it in words: <c>web 1.5.0 updated #1</c>, as the bot decided.</summary>
    public async Task<string> DecideAsync(params string[] more)
    {
        var report = (await RunAsync(more)).MustExit(0).Report;
        return string.Join(", ", report["applications"]!.AsArray().Select(Words));
    }

    /// <summary>What the override file of an Application says on a branch; null when it says nothing.</summary>
    public async Task<string?> TagAsync(string name, string branch = "main")
    {
        var text = await Stage.Repository.ReadAsync(branch, new Deployment(name, "x").OverrideFile, Token);
        var line = text?.Split('\n').SkipWhile(line => !line.Contains("name: image.tag", StringComparison.Ordinal)).Skip(1).FirstOrDefault();
        return line?.Split(':', 2)[1].Trim().Trim('"', '\'');
    }

    /// <summary>Somebody commits to a branch of the repository.</summary>
    public async Task<string> CommitAsync(string branch, string file, string text)
    {
        await Stage.Ada.PullAsync(Token, branch);
        var commit = await Stage.Ada.CommitAsync("Ada's work", file, text, Token);
        await Stage.Ada.PushAsync(Token, branch);
        return commit;
    }

    public async ValueTask DisposeAsync()
    {
        await Forge.DisposeAsync();
        Stage.Dispose();
    }

    private Deployment Deployment(string name, string[] annotations) => new(name, Stage.Image(name))
    {
        Annotations = annotations.Select(annotation => annotation.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal).Append(KeyValuePair.Create("pull-request", "true"))
            .DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal),
    };

    private static string Words(JsonNode? application)
    {
        var request = (string?)application!["pullRequest"];
        var number = request is null ? "" : $" #{request[(request.LastIndexOf('/') + 1)..]}";
        return string.Join(", ", application["images"]!.AsArray().Select(image => $"{(string)application["name"]!} {(string?)image!["candidate"] ?? "-"} {(string)image["decision"]!}{number}"));
    }
}
