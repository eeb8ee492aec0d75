using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>One right of the roles: a verb, and what it is for.</summary>
internal sealed record Right(string Verb, string Resource)
{
    /// <summary>What the API server says when it is missing.</summary>
    public string Refusal => $"cannot {Verb} resource \"{Resource}\"";
}

/// <summary>
/// The objects of examples/install in a namespace of the test, and a kubeconfig with a token of their service account: whoever uses it has the
/// rights of the bot in its pod. The repository and the registry of the stage want credentials, which are in secrets of the cluster.
/// </summary>
internal sealed class InstalledBot : IDisposable
{
    private readonly ScratchFolder _folder = new("gob-install-");
    private readonly KubernetesServer _server;

    private InstalledBot(KubernetesServer server, Stage stage, string space) => (_server, Stage, Namespace) = (server, stage, space);

    public Stage Stage { get; }

    /// <summary>Argo CD's.</summary>
    public string Namespace { get; }

    public string Kubeconfig { get; private set; } = null!;

    private static CancellationToken Token => Stage.Token;

    /// <param name="world">Has the servers.</param>
    /// <param name="files">Of examples/install.</param>
    /// <param name="without">A right that is left out of the roles; null: none.</param>
    public static async Task<InstalledBot> InstallAsync(World world, IReadOnlyList<string> files, Right? without = null)
    {
        var server = await world.KubernetesAsync();
        var bot = new InstalledBot(server, await Stage.SetAsync(world, "private", await world.BasicRegistryAsync()), await server.CreateNamespaceAsync(Token));
        await bot.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        foreach (var item in files.SelectMany(InstallObject.Read))
            await bot.ApplyAsync(item, bot.Namespace, without);
        var token = JsonNode.Parse(await server.SendAsync(
            HttpMethod.Post, $"/api/v1/namespaces/{bot.Namespace}/serviceaccounts/gitops-bumper/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{} }""", Token))!;
        bot.Kubeconfig = bot._folder.Write("kubeconfig", $$"""
            clusters: [{name: c, cluster: {server: "{{server.Url.GetLeftPart(UriPartial.Authority)}}", certificate-authority-data: {{Base64(server.AuthorityPem)}} } }]
            users: [{name: u, user: {token: {{(string)token["status"]!["token"]!}} } }]
            contexts: [{name: x, context: {cluster: c, user: u, namespace: {{bot.Namespace}} } }]
            current-context: x
            """);
        await bot.ConfigureAsync();
        await server.ApplyAsync(
            $"/apis/argoproj.io/v1alpha1/namespaces/{bot.Namespace}/appprojects/default",
            "{apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {name: default}, spec: {sourceRepos: ['*'], sourceNamespaces: ['*']}}",
            Token);
        return bot;
    }

    /// <summary>Applies an object as 'kubectl apply --namespace' does, in a cluster whose Argo CD lives in <see cref="Namespace"/>, and waits until the rights in it hold.</summary>
    public async Task ApplyAsync(InstallObject item, string space, Right? without = null)
    {
        foreach (var subject in item.Json["subjects"]?.AsArray().Where(subject => (string?)subject!["namespace"] == "argocd") ?? [])
            subject!["namespace"] = Namespace;
        // Other tests share what belongs to no namespace.
        if (item.Kind is "ClusterRole" or "ClusterRoleBinding")
            item.Json["metadata"]!["name"] = $"{item.Name}-{Namespace}";
        if (item.Kind is "ClusterRoleBinding")
            item.Json["roleRef"]!["name"] = $"{item.Json["roleRef"]!["name"]}-{Namespace}";
        if (without is not null)
            Remove(item, without);
        await _server.ApplyAsync(item.Path(space), item.Json.ToJsonString(), Token);
        if (item.Kind is "RoleBinding" or "ClusterRoleBinding")
        {
            var role = JsonNode.Parse(await _server.GetAsync(RolePath(item, space), Token))!.AsObject();
            await WaitForRightsAsync(new InstallObject(role), item.Kind == "RoleBinding" ? space : null);
        }
    }

    /// <summary>The rights in the roles of the files, each once.</summary>
    public static IEnumerable<Right> RightsOf(params string[] files) =>
    [
        .. files.SelectMany(InstallObject.Read).SelectMany(Rules)
            .SelectMany(rule => Resources(rule).SelectMany(resource => rule["verbs"]!.AsArray().Select(verb => new Right((string)verb!, resource)))).Distinct(),
    ];

    /// <summary>An Application that the stage's repository has a chart for, with an image that is due.</summary>
    public async Task AddAsync(Deployment deployment)
    {
        Stage.Deploy(deployment);
        await Stage.PublishAsync();
        await _server.ApplyAsync(
            $"/apis/argoproj.io/v1alpha1/namespaces/{deployment.Namespace}/applications/{deployment.Name}",
            deployment.ToYaml(Stage.Repository.Url),
            Token);
    }

    /// <summary>A resource of Image Updater that selects nobody.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> AddImageUpdaterAsync()
    {
        var path = $"/apis/argocd-image-updater.argoproj.io/v1alpha1/namespaces/{Namespace}/imageupdaters/nobody";
        await _server.ApplyAsync(path, """
            {apiVersion: argocd-image-updater.argoproj.io/v1alpha1, kind: ImageUpdater, metadata: {name: nobody}, spec: {applicationRefs: [{namePattern: nobody, images: [{alias: a, imageName: a}]}]} }
            """, Token);
        return path;
    }

    /// <param name="space">Where the Application lives; null: with Argo CD.</param>
    public Deployment Application(string name, string? space = null, params (string Key, string Value)[] annotations) => new(name, Stage.Image("web"))
    {
        Namespace = space ?? Namespace,
        Tag = null,
        // Nothing is deployed here.
        Annotations = annotations.Append(("force-update", "true")).ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal),
    };

    /// <summary>A secret with the registry's account.</summary>
    public Task AddPullSecretAsync(string space, string name)
    {
        var config = $"{{\"auths\":{{\"http://{Stage.Registry.Host}\":{{\"auth\":\"{World.RegistryAccount.Header.Parameter}\"}}}}}}";
        return _server.ApplyAsync($"/api/v1/namespaces/{space}/secrets/{name}", $$"""
            {apiVersion: v1, kind: Secret, type: kubernetes.io/dockerconfigjson, metadata: {name: {{name}} }, data: {.dockerconfigjson: {{Base64(config)}} } }
            """, Token);
    }

    /// <summary>Flags that lead to the cluster; all other settings are in its config maps.</summary>
    public string[] Arguments(params string[] command) => [.. command, "--kubeconfig", Kubeconfig, "--argocd-namespace", Namespace, "--cache-dir", Stage.CacheFolder];

    public Task<Outcome> RunOnceAsync(params string[] more) => Stage.ExecuteAsync(Arguments(["run", "--once", "--output", "json", .. more]));

    public void Dispose()
    {
        Stage.Dispose();
        _folder.Dispose();
    }

    /// <summary>Argo CD's secret for the repository, and the registry with its pull secret.</summary>
    private async Task ConfigureAsync()
    {
        await _server.ApplyAsync($"/api/v1/namespaces/{Namespace}/secrets/repository", $$"""
            {apiVersion: v1, kind: Secret, metadata: {name: repository, labels: {argocd.argoproj.io/secret-type: repository} },
             stringData: {url: "{{Stage.Repository.Url}}", username: {{GitHttpServer.Account.User}}, password: {{GitHttpServer.Account.Password}} } }
            """, Token);
        await AddPullSecretAsync(Namespace, "pull");
        var registries = $$"""
            registries: [{name: stage, prefix: "{{Stage.Registry.Host}}", api_url: "{{Stage.Registry.Url.ToString().TrimEnd('/')}}", insecure: true, credentials: "pullsecret:{{Namespace}}/pull"}]
            """;
        await _server.MergeAsync(
            $"/api/v1/namespaces/{Namespace}/configmaps/gitops-bumper-config", new JsonObject { ["data"] = new JsonObject { ["registries.conf"] = registries } }.ToJsonString(), Token);
    }

    /// <summary>The API server hears of new roles a moment after they were stored.</summary>
    private async Task WaitForRightsAsync(InstallObject role, string? space)
    {
        foreach (var rule in Rules(role))
        {
            foreach (var (group, resource, verb, name) in
                from resource in Resources(rule)
                from verb in rule["verbs"]!.AsArray()
                from name in rule["resourceNames"]?.AsArray().AsEnumerable() ?? [null]
                select ((string)rule["apiGroups"]![0]!, resource, (string)verb!, (string?)name))
            {
                var question = new JsonObject
                {
                    ["apiVersion"] = "authorization.k8s.io/v1",
                    ["kind"] = "SubjectAccessReview",
                    ["spec"] = new JsonObject
                    {
                        ["user"] = $"system:serviceaccount:{Namespace}:gitops-bumper",
                        ["resourceAttributes"] = new JsonObject { ["namespace"] = space, ["group"] = group, ["resource"] = resource, ["verb"] = verb, ["name"] = name },
                    },
                }.ToJsonString();
                while (!(bool)JsonNode.Parse(await _server.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/subjectaccessreviews", question, Token))!["status"]!["allowed"]!)
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
            }
        }
    }

    private static void Remove(InstallObject item, Right right)
    {
        foreach (var rule in Rules(item).Where(rule => Resources(rule).Contains(right.Resource)).ToList())
        {
            var verbs = rule["verbs"]!.AsArray();
            if (verbs.FirstOrDefault(verb => (string)verb! == right.Verb) is { } verb)
                verbs.Remove(verb);
            if (verbs.Count == 0)
                item.Json["rules"]!.AsArray().Remove(rule);
        }
    }

    private static string RolePath(InstallObject binding, string space)
    {
        var role = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = (string)binding.Json["roleRef"]!["kind"]!,
            ["metadata"] = new JsonObject { ["name"] = (string)binding.Json["roleRef"]!["name"]! },
        };
        return new InstallObject(role).Path(space);
    }

    private static IEnumerable<JsonNode> Rules(InstallObject item) => item.Kind is "Role" or "ClusterRole" ? item.Json["rules"]!.AsArray().Select(rule => rule!) : [];

    private static IEnumerable<string> Resources(JsonNode rule) => rule["resources"]!.AsArray().Select(resource => (string)resource!);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
