using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>Where a scenario of method argocd plays: a namespace that is Argo CD's, an image repository of its own, and the command line in this process.</summary>
internal sealed class ApplicationStage : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new("gob-cluster-");
    private KubernetesProxy? _proxy;

    private ApplicationStage(KubernetesServer server, DockerRegistry registry, string space) => (Server, Registry, Namespace) = (server, registry, space);

    public KubernetesServer Server { get; }

    public DockerRegistry Registry { get; }

    public string Namespace { get; }

    /// <summary>As image lists name it.</summary>
    public string Image => $"{Registry.Host}/{Namespace}/web";

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="world">Has the servers.</param>
    /// <param name="tags">Of the stage's image.</param>
    public static async Task<ApplicationStage> SetAsync(World world, params string[] tags)
    {
        var server = await world.KubernetesAsync();
        var stage = new ApplicationStage(server, await world.RegistryAsync(), await server.CreateNamespaceAsync(Token));
        stage._folder.Write("registries.conf", $"""
            registries:
            - name: stage
              prefix: {stage.Registry.Host}
              api_url: {stage.Registry.Url.ToString().TrimEnd('/')}
              insecure: true
              limit: 1000
            """);
        await server.ApplyAsync(
            $"/apis/argoproj.io/v1alpha1/namespaces/{stage.Namespace}/appprojects/default",
            "{apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {name: default}, spec: {sourceRepos: ['*']}}",
            Token);
        await stage.PushTagsAsync(tags);
        return stage;
    }

    public Task PushTagsAsync(params string[] tags) => Registry.Images.PushTagsAsync($"{Namespace}/web", tags, Token);

    /// <summary>Creates an Application of method argocd with one image, or changes it as server-side apply does.</summary>
    /// <param name="name">Of the Application.</param>
    /// <param name="body">What follows its metadata, in YAML; see <see cref="Spec"/>.</param>
    /// <param name="annotations">Further ones, one <c>key: value</c> each, under <c>gitopsbumper.io/</c>.</param>
    public async Task<JsonObject> ApplyAsync(string name, string body, params string[] annotations)
    {
        var all = annotations.Prepend($"image-list: web={Image}:~1");
        if (!annotations.Any(line => line.StartsWith("write-back-method", StringComparison.Ordinal)))
            all = all.Prepend("write-back-method: argocd");
        var lines = string.Concat(all.Select(line => $"    gitopsbumper.io/{line}\n"));
        var yaml = $"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  annotations:\n{lines}{body}";
        return Parse(await Server.ApplyAsync(Path(name), yaml, Token));
    }

    /// <summary>The specification of an Application with these fields, in YAML's flow style.</summary>
    public static string Spec(string fields) => $"spec: {{project: default, destination: {{server: \"https://kubernetes.default.svc\", namespace: web}}, {fields}}}\n";

    /// <summary>The same with one source in git.</summary>
    public static string Source(string renderer) => Spec($"source: {{repoURL: \"https://git.example.com/apps\", path: apps/web, targetRevision: main, {renderer}}}");

    /// <summary>An Application whose image is due from 1.0.0, and that says as much as can be said.</summary>
    public string Everything() => $$$"""
        spec:
          project: default
          destination: {server: "https://kubernetes.default.svc", namespace: web}
          source:
            repoURL: https://git.example.com/apps
            path: apps/web
            targetRevision: main
            helm:
              releaseName: web
              valueFiles: [values.yaml]
              ignoreMissingValueFiles: true
              skipCrds: false
              values: "a: <b> & 'ü' \u2028 \U0001F680\n"
              valuesObject: {half: 1.50, small: 1.0e-7, big: 9007199254740993, html: "<a href='x'>&amp;</a>", empty: {}, list: [1, "1", true]}
              parameters: [{name: db.password, value: hunter2}, {name: image.tag, value: 1.0.0, forceString: true}, {name: replicas, value: "3"}]
              fileParameters: [{name: f, path: files/f}]
          syncPolicy: {automated: {prune: true}, syncOptions: [CreateNamespace=true]}
          ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]
          info: [{name: "url:", value: "https://example.com/?a=1&b=<2>"}]
          revisionHistoryLimit: 3
        operation: {initiatedBy: {username: ada}, sync: {revision: abc, prune: true}}
        status: {sourceType: Helm, health: {status: Healthy}, summary: {images: ["{{{Image}}}:1.0.0"]}}
        """.ReplaceLineEndings("\n");

    public async Task<JsonObject> GetAsync(string name) => Parse(await Server.GetAsync(Path(name), Token));

    public Task DeleteAsync(string name) => Server.DeleteAsync(Path(name), Token);

    /// <summary>What people do with <c>kubectl edit</c> and <c>argocd app set</c>.</summary>
    public Task MergeAsync(string name, string json) => Server.MergeAsync(Path(name), json, Token);

    /// <summary>A JSON patch of somebody else's.</summary>
    public Task PatchAsync(string name, string json) => Server.SendAsync(HttpMethod.Patch, Path(name), json, Token, "application/json-patch+json");

    /// <summary>Lets a user do this with all that the bot looks at in the stage's namespace; comes back when the API server knows.</summary>
    public async Task AllowAsync(string user, params string[] verbs)
    {
        var rights = string.Join(", ", verbs);
        await Server.AllowAsync(
            user, $"[{{apiGroups: [argoproj.io], resources: [applications, appprojects], verbs: [{rights}]}}, {{apiGroups: [\"\"], resources: [secrets, configmaps], verbs: [{rights}]}}]", Namespace, Token);
        var review = $$"""
            {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"{{user}}",
             "resourceAttributes":{"namespace":"{{Namespace}}","verb":"{{verbs[0]}}","group":"argoproj.io","resource":"applications"} } }
            """;
        while (!(bool)Parse(await Server.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/subjectaccessreviews", review, Token))["status"]!["allowed"]!)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
    }

    /// <summary>From now on the bot speaks with the API server through this one.</summary>
    public async Task<KubernetesProxy> StandBetweenAsync() => _proxy ??= await KubernetesProxy.StartAsync(Server, Token);

    public Task<Outcome> RunAsync(params string[] more) => CallAsync(["run", "--once", "--output", "json", .. more]);

    /// <summary>Any command over the cluster.</summary>
    public Task<Outcome> CallAsync(params string[] args) => CallAsAsync(KubernetesServer.Admin, args);

    /// <summary>The same with the rights of a user.</summary>
    public Task<Outcome> CallAsAsync(string user, params string[] args) => Stage.ExecuteAsync(
        [.. args, "--kubeconfig", _proxy?.WriteKubeConfig(_folder) ?? Server.WriteKubeConfig(_folder, user), "--argocd-namespace", Namespace, .. Common]);

    /// <summary>The same over an Application in a file.</summary>
    public Task<Outcome> CallWithManifestAsync(string yaml, params string[] args) => Stage.ExecuteAsync([.. args, "--manifests", _folder.Write("manifest.yaml", yaml), .. Common]);

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        _folder.Dispose();
    }

    private string[] Common => ["--registries-conf-path", _folder.File("registries.conf"), "--cache-dir", _folder.Folder("cache")];

    private string Path(string name) => $"/apis/argoproj.io/v1alpha1/namespaces/{Namespace}/applications/{name}";

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
