using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Targets;

/// <summary>Every write-back target from the annotation to the pushed file; and what a plan shows of it.</summary>
public sealed class TargetTests(World world)
{
    /// <summary>A name, the target, further annotations, what renders, and files: before, and after where they change. <c>IMAGE</c> stands for the image.</summary>
    private static readonly TargetCase[] Cases =
    [
        new("values", "helmvalues", null)
        {
            Annotations = { ["web.helm.image-name"] = "image.repository", ["web.helm.image-tag"] = "image.tag" },
            Files = { ["apps/web/values.yaml"] = ("image:\n  repository: IMAGE # ours\n  tag: '1.0.0'\nreplicas: 3\n", "image:\n  repository: IMAGE # ours\n  tag: '1.1.0'\nreplicas: 3\n") },
        },
        new("values-of-a-subchart-elsewhere", "helmvalues:/env/../env/prod.yaml", null)
        {
            Annotations = { ["web.helm.image-spec"] = "sub.containers[1].image" },
            Files = { ["env/prod.yaml"] = ("sub:\r\n  containers:\r\n  - {image: a:1}\r\n  - image: IMAGE:1.0.0\r\n", "sub:\r\n  containers:\r\n  - {image: a:1}\r\n  - image: \"IMAGE:1.1.0\"\r\n") },
        },
        new("values-that-are-not-there-yet", "helmvalues:prod.yaml", null)
        {
            Annotations = { ["web.helm.image-tag"] = "image.tag" },
            Files = { ["apps/web/prod.yaml"] = (null, "image:\n  tag: 1.1.0\n") },
        },
        new("kustomization", "kustomization", "kustomize: {}")
        {
            Annotations = { ["web.kustomize.image-name"] = "web" },
            Files = { ["apps/web/kustomization.yml"] = ("images:\n- name: web\n  newName: IMAGE\n  newTag: 1.0.0 # now\n", "images:\n- name: web\n  newName: IMAGE\n  newTag: 1.1.0 # now\n") },
        },
        new("kustomization-of-a-base", "kustomization:../base", "")
        {
            Files = { ["apps/base/kustomization.yaml"] = ("resources: [a.yaml]\n", "resources: [a.yaml]\nimages:\n- name: \"IMAGE\"\n  newTag: 1.1.0\n") },
        },
        new("markers", "markers", "directory: {recurse: true}")
        {
            Files =
            {
                ["apps/web/deep/deployment.yaml"] = ("image: IMAGE:1.0.0 # {\"bumper\": \"web\"}\n---\nv: 1.0.0 # {\"bumper\": \"argocd:web:tag\"}\n", "image: \"IMAGE:1.1.0\" # {\"bumper\": \"web\"}\n---\nv: 1.1.0 # {\"bumper\": \"argocd:web:tag\"}\n"),
                ["apps/web/second.yml"] = ("tag: 1.0.0 # {\"$imagepolicy\": \"flux-system:web:tag\"}\n", "tag: 1.1.0 # {\"$imagepolicy\": \"flux-system:web:tag\"}\n"),
                ["apps/web/templates/not.yaml"] = ("{{ .Values.image }}: }\n", "{{ .Values.image }}: }\n"),
                ["apps/web/text.txt"] = ("x: 1.0.0 # {\"bumper\": \"web:tag\"}\n", "x: 1.0.0 # {\"bumper\": \"web:tag\"}\n"),
            },
        },
        new("markers-in-one-file", "markers:deployment.yaml", "")
        {
            Files = { ["apps/web/deployment.yaml"] = ("image: IMAGE # {\"bumper\": \"web\"}\n", "image: \"IMAGE:1.1.0\" # {\"bumper\": \"web\"}\n") },
        },
        new("compose", "compose", null)
        {
            Files =
            {
                ["apps/web/compose.yaml"] = (
                    "services:\n  web:\n    image: 'IMAGE:1.0.0' # of ours\n    ports: [\"80:8080\"]\n  database:\n    image: postgres:17.2\n",
                    "services:\n  web:\n    image: 'IMAGE:1.1.0' # of ours\n    ports: [\"80:8080\"]\n  database:\n    image: postgres:17.2\n"),
                // Compose reads the first of the two, and nobody the second.
                ["apps/web/docker-compose.yml"] = ("services: {web: {image: IMAGE:1.0.0}}\n", "services: {web: {image: IMAGE:1.0.0}}\n"),
            },
        },
        new("compose-of-a-host-and-one-service-of-two", "compose:/hosts/a", null)
        {
            Annotations = { ["web.compose.service"] = "web" },
            Files =
            {
                ["hosts/a/docker-compose.yml"] = (
                    "x-old: &old {image: IMAGE:1.0.0}\nservices:\n  web: {image: 'IMAGE:1.0.0', restart: always}\n  old: *old\n",
                    "x-old: &old {image: IMAGE:1.0.0}\nservices:\n  web: {image: 'IMAGE:1.1.0', restart: always}\n  old: *old\n"),
            },
        },
        new("overrides-of-kustomize", null, "kustomize: {images: ['sidecar:2', 'web=registry.example.com/web:0.9.0']}")
        {
            Annotations = { ["web.kustomize.image-name"] = "web" },
            Files =
            {
                ["apps/web/kustomization.yaml"] = ("resources: []\n", "resources: []\n"),
                ["apps/web/.argocd-source-web.yaml"] = (null, "kustomize:\n  images:\n  - sidecar:2 # carried over from the Application by GitOpsBumper\n  - web=IMAGE:1.1.0\n"),
            },
        },
        new("overrides-of-what-the-files-say", null, "")
        {
            Files =
            {
                ["apps/web/Kustomization"] = ("resources: []\n", "resources: []\n"),
                ["apps/web/.argocd-source-web.yaml"] = ("kustomize:\n  images:\n  - IMAGE:1.0.0\n", "kustomize:\n  images:\n  - \"IMAGE:1.1.0\"\n"),
            },
        },
        new("overrides-of-a-plugin", null, "plugin: {env: [{name: STAGE, value: prod}]}")
        {
            Files = { ["apps/web/.argocd-source-web.yaml"] = (null, "plugin:\n  env:\n  - name: IMAGE_NAME\n    value: \"IMAGE\"\n  - name: IMAGE_TAG\n    value: 1.1.0\n  - name: STAGE # carried over from the Application by GitOpsBumper\n    value: prod\n") },
        },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_version_reaches_its_place_and_no_other_and_the_plan_showed_it_to_the_letter(string name)
    {
        var known = Cases.Single(known => known.Name == name);
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var image = stage.Image("web");
        var annotations = new Dictionary<string, string>(known.Annotations, StringComparer.Ordinal);
        if (known.Target is not null)
            annotations["write-back-target"] = known.Target;
        var web = new Deployment("web", image) { Annotations = annotations, RenderedBy = known.RenderedBy };
        stage.Announce(web);
        stage.File("apps/web/README.md", "Here.\n");
        foreach (var (path, (before, _)) in known.Files)
        {
            if (before is not null)
                stage.File(path, With(before));
        }

        await stage.PublishAsync();
        var plan = (await stage.CallAsync("plan")).MustExit(0).Output;

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        foreach (var (path, (_, after)) in known.Files)
            Assert.Equal(With(after), await stage.ReadAsync(path));
        var changed = known.Files.Where(file => file.Value.Before != file.Value.After).Select(file => file.Key).Order(StringComparer.Ordinal);
        Assert.Equal(changed, (await stage.Repository.GitAsync(["diff", "--name-only", "main~1", "main"], Stage.Token)).Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(changed, outcome.Application("web")["changes"]!.AsArray().Select(change => (string)change!).Order(StringComparer.Ordinal));

        // What was shown, put into place by git itself, is what was pushed.
        await stage.Ada.GitAsync(["checkout", "--quiet", "--detach", "HEAD"], Stage.Token);
        var patch = stage.Note("plan.diff", string.Concat(
            plan[plan.IndexOf("  --- ", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line[2..] + "\n")));
        await stage.Ada.GitAsync(["apply", "--whitespace=nowarn", patch], Stage.Token);
        await stage.Ada.GitAsync(["add", "--all"], Stage.Token);
        await stage.Ada.GitAsync(["fetch", "--quiet", "origin", "main"], Stage.Token);
        Assert.Equal("", await stage.Ada.GitAsync(["diff", "--cached", "FETCH_HEAD"], Stage.Token));

        var second = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("up-to-date", "1.1.0"), (second.Image("web").Decision, second.Image("web").Current?.Split(':')[^1]));
        Assert.Equal(2, await stage.CountCommitsAsync());

        // Taken back is taken back, whatever the target.
        await stage.Ada.GitAsync(["checkout", "--quiet", "--force", "-B", "main", "FETCH_HEAD"], Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", "HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");
        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        string With(string text) => text.Replace("IMAGE_", "\0", StringComparison.Ordinal).Replace("IMAGE", image, StringComparison.Ordinal).Replace("\0", "IMAGE_", StringComparison.Ordinal);
    }

    /// <param name="Name">For people.</param>
    /// <param name="Target">Null: none is said.</param>
    /// <param name="RenderedBy">What renders the source.</param>
    private sealed record TargetCase(string Name, string? Target, string? RenderedBy)
    {
        public Dictionary<string, string> Annotations { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (string? Before, string After)> Files { get; } = new(StringComparer.Ordinal);
    }
}
