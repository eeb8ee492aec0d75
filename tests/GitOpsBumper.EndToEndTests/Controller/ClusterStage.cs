using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>A stage whose Applications live in a cluster: a namespace of its own plays Argo CD's.</summary>
internal sealed class ClusterStage : IDisposable
{
    private readonly ScratchFolder _folder = new("gob-cluster-");

    private ClusterStage(KubernetesServer cluster, string space, Stage stage) => (Cluster, Namespace, Stage) = (cluster, space, stage);

    public KubernetesServer Cluster { get; }

    public string Namespace { get; }

    public Stage Stage { get; }

    /// <summary>Of the cluster's administrator, unless a test says otherwise.</summary>
    public string Kubeconfig { get; set; } = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="world">Has the servers.</param>
    /// <param name="cluster">Null is the shared one.</param>
    /// <param name="access">Where the repository lies on the git server.</param>
    /// <param name="registry">Null is the one that is open to everybody.</param>
    public static async Task<ClusterStage> SetAsync(World world, KubernetesServer? cluster = null, string access = "open", DockerRegistry? registry = null)
    {
        cluster ??= await world.KubernetesAsync();
        var stage = new ClusterStage(cluster, await cluster.CreateNamespaceAsync(Token), await Stage.SetAsync(world, access, registry));
        stage.Kubeconfig = cluster.WriteKubeConfig(stage._folder);
        await stage.ConfigureAsync();
        await cluster.ApplyAsync(stage.Argo("appprojects/default"), stage.Yaml("argoproj.io/v1alpha1", "AppProject", "default", "spec: {sourceRepos: ['*']}"), Token);
        return stage;
    }

    /// <summary>The path of one of Argo CD's objects in the namespace.</summary>
    public string Argo(string objectPath) => $"/apis/argoproj.io/v1alpha1/namespaces/{Namespace}/{objectPath}";

    /// <summary>The path of one of Kubernetes' own objects in the namespace.</summary>
    public string Core(string objectPath) => $"/api/v1/namespaces/{Namespace}/{objectPath}";

    public string Yaml(string apiVersion, string kind, string name, string body) => $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: {name}, namespace: {Namespace}}}\n{body}\n";

    /// <summary>Writes the config map: registries.conf as the stage has it, and more keys.</summary>
    public Task ConfigureAsync(params (string Key, string Value)[] more)
    {
        var data = new JsonObject { ["registries.conf"] = Stage.RegistriesConf };
        foreach (var (key, value) in more)
            data[key] = value;
        return Cluster.ApplyAsync(Core("configmaps/argocd-image-updater-config"), Yaml("v1", "ConfigMap", "argocd-image-updater-config", $"data: {data.ToJsonString()}"), Token);
    }

    /// <summary>Writes the secret of the bot.</summary>
    public Task ConfideAsync(params (string Key, string Value)[] data)
    {
        var texts = new JsonObject();
        foreach (var (key, value) in data)
            texts[key] = value;
        return Cluster.ApplyAsync(Core("secrets/gitops-bumper-secret"), Yaml("v1", "Secret", "gitops-bumper-secret", $"stringData: {texts.ToJsonString()}"), Token);
    }

    /// <summary>An Application of this namespace; its folder is noted for <see cref="Stage.PublishAsync"/>.</summary>
    public Deployment Prepare(string name, string image) => Stage.Deploy(new Deployment(name, Stage.Image(image)) { Namespace = Namespace });

    /// <summary>Pushes tags of an image, and applies an Application "web" with 1.0.0 of it that wants the newest 1.x.</summary>
    public Task<Deployment> DeployAsync(params string[] tags) => DeployAsync(it => it, tags);

    /// <param name="change">What is special about the Application.</param>
    /// <param name="tags">Of the image "web".</param>
    public async Task<Deployment> DeployAsync(Func<Deployment, Deployment> change, params string[] tags)
    {
        await Stage.PushTagsAsync("web", tags);
        var web = change(Prepare("web", "web"));
        await Stage.PublishAsync();
        await ApplyAsync(web);
        return web;
    }

    /// <summary>Creates or changes the Application.</summary>
    public Task ApplyAsync(Deployment deployment) => Cluster.ApplyAsync(
        $"/apis/argoproj.io/v1alpha1/namespaces/{deployment.Namespace}/applications/{deployment.Name}", deployment.ToYaml(Stage.Repository.Url), Token);

    /// <summary>As <c>kubectl annotate</c> does; null removes the annotation.</summary>
    public Task AnnotateAsync(string application, string key, string? value) => Cluster.MergeAsync(
        Argo($"applications/{application}"), $$"""{"metadata":{"annotations":{"{{key}}":{{JsonSerializer.Serialize(value)}}} } }""", Token);

    public Task<string> TagAsync(Deployment deployment) => TagAsync(deployment, "image.tag");

    /// <summary>Commits besides Ada's.</summary>
    public async Task<IReadOnlyList<string>> OurCommitsAsync() =>
        [.. (await Stage.Repository.GitAsync(["log", "--format=%an\t%s", "refs/heads/main"], Token)).Split('\n').Where(line => line.StartsWith("GitOpsBumper\t", StringComparison.Ordinal))];

    /// <summary>The Events about an Application, oldest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> EventsAsync(string application)
    {
        var list = JsonNode.Parse(await Cluster.GetAsync(Core($"events?fieldSelector=involvedObject.name={application}"), Token))!;
        return [.. list["items"]!.AsArray().Select(item => item!)];
    }

    /// <summary>The controller's arguments.</summary>
    /// <param name="port">Of health and status.</param>
    /// <param name="more">What the test adds.</param>
    public string[] Arguments(int port, params string[] more) =>
    [
        "run", "--kubeconfig", Kubeconfig, "--argocd-namespace", Namespace, "--bind-address", "127.0.0.1", "--loglevel", "debug",
        .. Unless("--health-port", $"{port}", more), .. Unless("--metrics-port", "0", more), .. more,
    ];

    /// <summary>What a test says itself is not said twice.</summary>
    private static string[] Unless(string flag, string value, string[] more) => more.Contains(flag) ? [] : [flag, value];

    public void Dispose()
    {
        Stage.Dispose();
        _folder.Dispose();
    }

    private async Task<string> TagAsync(Deployment deployment, string parameter)
    {
        var lines = (await Stage.ReadAsync(deployment.OverrideFile) ?? "").Split('\n').Select(line => line.Trim()).ToList();
        var at = lines.IndexOf($"- name: {parameter}");
        return at < 0 ? "" : lines[at + 1].Replace("value: ", "", StringComparison.Ordinal).Trim('"', '\'');
    }
}
