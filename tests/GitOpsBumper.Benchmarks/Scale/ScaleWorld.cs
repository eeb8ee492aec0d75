using System.Text;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>
/// N applications in one repository, of 5 N files and 3,000 commits unless the shape says otherwise, N/5 image repositories of 300 tags, every application due. All figures of one size
/// are taken in one world.
/// </summary>
internal sealed class ScaleWorld : IAsyncDisposable
{
    public const int TagsPerRepository = 300;

    /// <summary>What every override file says, and what every application should get.</summary>
    public const string OldTag = "1.0.0";
    public const string NewTag = "1.9.19";

    private const int ApplicationsPerFile = 100;

    private readonly ScratchFolder _folder;

    private ScaleWorld(int applications, ScaleShape shape, string? workFolder, GitHttpServer git, DockerRegistry registry)
    {
        Applications = applications;
        Shape = shape;
        Git = git;
        Registry = registry;
        _folder = new ScratchFolder("gob-scale-", workFolder);
    }

    public int Applications { get; }

    public ScaleShape Shape { get; }

    /// <summary>What bumper is told besides.</summary>
    public IReadOnlyList<string> MoreArguments { get; private set; } = [];

    public int ImageRepositories => Applications / 5;

    public GitHttpServer Git { get; }

    public DockerRegistry Registry { get; }

    public HostedRepository Repository { get; private set; } = null!;

    /// <summary>The same at the start, for what bumper is compared with.</summary>
    public HostedRepository Copy { get; private set; } = null!;

    public string Manifests => _folder.Folder("manifests");

    public string RegistriesConf => _folder.File("registries.conf");

    /// <summary>A new empty folder.</summary>
    public string NewFolder(string name) => _folder.Folder(name);

    /// <param name="applications">How many.</param>
    /// <param name="shape">What is special about them.</param>
    /// <param name="workFolder">Null: that of all temporary files.</param>
    /// <param name="token">Ends it.</param>
    /// <param name="told">Of every push; null: nobody.</param>
    public static async Task<ScaleWorld> BuildAsync(int applications, ScaleShape shape, string? workFolder, CancellationToken token, RegistryNotification? told = null)
    {
        var git = await GitHttpServer.StartAsync(TimeProvider.System, token);
        var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Notification = told }, TimeProvider.System, token);
        var world = new ScaleWorld(applications, shape, workFolder, git, registry);
        world.Repository = await git.CreateRepositoryAsync("open/scale/config", token);
        await ChildProcess.RunAsync(
            GitCommand.Program,
            ["-C", world.Repository.Folder, "fast-import", "--quiet"],
            new RunOptions { WriteInput = world.WriteHistoryAsync },
            token);
        await world.Repository.GitAsync(["repack", "-a", "-d", "-q", "--write-bitmap-index"], token);
        world.Copy = await git.CopyRepositoryAsync(world.Repository, "open/scale/copy", token);
        registry.Storage.Write([.. Enumerable.Range(0, world.ImageRepositories).Select(RepositoryPath)], [.. Tags()], TestImage.Amd64());
        world.WriteManifests();
        if (shape.IsSigned)
            await world.MakeKeyAsync(token);
        return world;
    }

    /// <summary>The file that an application writes to.</summary>
    public string WrittenFile(int application) => Shape.LinesOfValues > 0 ? $"{Folder(application)}/values.yaml" : $"{Folder(application)}/.argocd-source-{Name(application)}.yaml";

    /// <summary>What it says with a tag.</summary>
    public string Written(int application, string tag) => Shape.LinesOfValues > 0 ? LongValues(application, tag) : Override(application, tag);

    public static string RepositoryPath(int repository) => $"team/repo-{repository:D5}";

    private string Override(int application, string tag) => $"""
        helm:
          parameters:
          - name: image.name
            value: {Image(application)}
            forcestring: true
          - name: image.tag
            value: {tag}
            forcestring: true

        """;

    public async ValueTask DisposeAsync()
    {
        await Git.DisposeAsync();
        await Registry.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Of the application.</summary>
    public static string Name(int application) => $"app-{application:D5}";

    /// <summary>
    /// A hundred applications to a folder: every commit writes its folders anew, so in one flat folder N commits cost git itself N times N entries.
    /// </summary>
    private static string Folder(int application) => $"teams/team-{application / 100:D3}/{Name(application)}";

    /// <summary>Without tag.</summary>
    public string Image(int application) => $"{Registry.Host}/{RepositoryPath(application % ImageRepositories)}";

    /// <summary>Two hundred releases below 2, and a hundred tags of every kind that must not be chosen.</summary>
    private static IEnumerable<string> Tags()
    {
        for (var minor = 0; minor < 10; minor++)
        {
            for (var patch = 0; patch < 20; patch++)
                yield return $"1.{minor}.{patch}";
        }

        for (var i = 0; i < 25; i++)
            yield return $"2.{i}.0";
        for (var i = 0; i < 25; i++)
            yield return $"1.10.0-rc.{i}";
        for (var i = 0; i < 49; i++)
            yield return $"main-{i * 7_919:x7}";
        yield return "latest";
    }

    private void WriteManifests()
    {
        for (var first = 0; first < Applications; first += ApplicationsPerFile)
        {
            var text = new StringBuilder();
            for (var application = first; application < Math.Min(first + ApplicationsPerFile, Applications); application++)
                text.Append(Manifest(application));
            _folder.Write($"manifests/applications-{first:D5}.yaml", text.ToString());
        }

        // The limit of 20 requests a second is kindness to other people's servers; here it would be all that is measured.
        _folder.Write("registries.conf", $"""
            registries:
            - name: scale
              prefix: {Registry.Host}
              api_url: {Registry.Url.ToString().TrimEnd('/')}
              insecure: true
              limit: 10000

            """);
    }

    private string Manifest(int application) => $"""
        ---
        {Specification(application)}
        status:
          sourceType: Helm
          summary:
            images:
            - {Image(application)}:{OldTag}

        """;

    /// <summary>The Application without its status.</summary>
    public string Specification(int application) => $"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: {Name(application)}
          namespace: argocd
          annotations:
            argocd-image-updater.argoproj.io/image-list: web={Image(application)}:~1
            argocd-image-updater.argoproj.io/web.update-strategy: semver
            argocd-image-updater.argoproj.io/write-back-method: git
        {(Shape.LinesOfValues == 0 ? "" : "    argocd-image-updater.argoproj.io/write-back-target: helmvalues\n")}spec:
          project: default
          destination:
            namespace: {Name(application)}
            server: https://kubernetes.default.svc
          source:
            repoURL: {Repository.Url}
            path: {Folder(application)}
            targetRevision: main
            helm:
              releaseName: {Name(application)}
          syncPolicy:
            automated:
              prune: true
        """;

    private async Task WriteHistoryAsync(Stream stream)
    {
        // Not disposed: that would close the pipe, which belongs to the caller.
        var buffered = new BufferedStream(stream, 1 << 20);
        await using var commits = new FastImportWriter(buffered);
        commits.BeginCommit("Everything", from: null);
        for (var application = 0; application < Applications; application++)
        {
            var folder = Folder(application);
            commits.WriteFile($"{folder}/Chart.yaml", $"apiVersion: v2\nname: {Name(application)}\nversion: 0.1.0\n");
            if (Shape.LinesOfValues == 0)
                commits.WriteFile($"{folder}/values.yaml", Values(application, 0));
            else
                commits.WriteFile($"{folder}/values.schema.json", "{}\n");
            commits.WriteFile($"{folder}/templates/deployment.yaml", $"kind: Deployment\nmetadata:\n  name: {Name(application)}\n");
            commits.WriteFile($"{folder}/README.md", $"# {Name(application)}\n");
            commits.WriteFile(WrittenFile(application), Written(application, OldTag));
            for (var more = 5; more < Shape.FilesPerApplication; more++)
                commits.WriteFile($"{folder}/files/{more:D3}.txt", $"{Name(application)} {more}\n");
        }

        for (var commit = 1; commit < Shape.Commits; commit++)
        {
            var application = commit * 7 % Applications;
            // All the bot's, of versions long ago: what is read of them when something is due.
            var target = $"{UpdateCommit.TargetKey}: main:{WrittenFile(application)}";
            var update = new UpdateTrailer(new NamespacedName("argocd", Name(application)), "web", Image(application), $"0.1.{commit - 1}", $"0.1.{commit}");
            commits.BeginCommit($"Change {commit}\n\n{update}\n{target}\n", from: null);
            commits.WriteFile($"{Folder(application)}/config.yaml", Values(application, commit));
        }
    }

    private async Task MakeKeyAsync(CancellationToken token)
    {
        var key = Path.Combine(NewFolder("key"), "id");
        await ChildProcess.RunAsync(Executable.Require("ssh-keygen", "openssh-client"), ["-q", "-t", "ed25519", "-N", "", "-C", "bumper", "-f", key], new RunOptions(), token);
        MoreArguments = ["--git-commit-signing-method", "ssh", "--git-commit-signing-key", key];
    }

    /// <summary>The image in the middle of much else, as values of large charts are.</summary>
    private string LongValues(int application, string tag)
    {
        var text = new StringBuilder($"# Values of {Name(application)}\n");
        var sections = (Shape.LinesOfValues - 5) / 8;
        for (var section = 0; section < sections; section++)
        {
            if (section == sections / 2)
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"image:\n  name: {Image(application)}\n  # which is deployed\n  tag: {tag}\n");
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""
                # -- Part {{section}} of the chart
                part{{section}}:
                  enabled: true
                  resources:
                    limits: {cpu: 500m, memory: 128Mi}
                    requests: {cpu: 100m, memory: 64Mi}
                  annotations:
                    example.com/section: "{{section}}"

                """);
        }

        return text.ToString();
    }

    private static string Values(int application, int change) => $"replicas: {1 + (change % 5)}\nname: {Name(application)}\nchange: {change}\n";
}
