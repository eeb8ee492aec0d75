using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Adapters.Kubernetes.Reviews;
using GitOpsBumper.Api;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Controller;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Controller.Reconciling;
using GitOpsBumper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Api.Approvals;

/// <summary>The API before Applications of a cluster; ada may patch argocd/web, whose image web waits for approval, and bob may nothing.</summary>
internal sealed class ApprovalStage : IAsyncDisposable
{
    public const string Prefix = "gitopsbumper.io/web.";
    public const string StaticToken = "a-token-of-thirty-two-characters";
    public const string Path = "/api/v1/approvals/argocd/web/web";
    public const string List = "/api/v1/approvals";

    public static readonly NamespacedName Web = new("argocd", "web");
    public static readonly ImageVersion Waiting = Version("1.5.0", 'a');

    private readonly System.Diagnostics.Metrics.Meter _meter = new("approvals-of-a-test");
    private readonly IdTokenVerifier _verifier = new();
    private readonly ApiEndpoints _endpoints;

    private ApprovalStage(ApplicationStore cluster)
    {
        Cluster = cluster;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(StaticToken)));
        var services = QuietApi.With(Secrets.Layer(("api.token.jenkins", $"sha256:{hash}")), cluster.Connection, _meter, new TriggerDesk(Time), Time) with
        {
            ImagesOf = application => Knows.Contains(application) ? [] : null,
            Reports = () => Reports,
            HasLooked = () => HasLooked,
            PolicyOf = (application, alias) => AnnotationReader.Read(application, new AnnotationDefaults())?.Images.FirstOrDefault(image => image.Alias == alias),
            ApprovalKey = () => Key,
        };
        _endpoints = new ApiEndpoints(services, new CallerFinder(new ReviewClient(cluster.Connection), _verifier, services.Secrets, () => Issuers, Time), _verifier);
    }

    public ApplicationStore Cluster { get; }

    public SteppedTime Time { get; } = new();

    public HashSet<NamespacedName> Knows { get; } = [Web];

    public List<ApplicationReport> Reports { get; } = [];

    public IReadOnlyList<JobIssuer> Issuers { get; set; } = [];

    public bool HasLooked { get; set; } = true;

    public ApprovalKey? Key { get; set; } = KeyOf('k');

    /// <param name="annotations">Of the image web, without the prefix.</param>
    public static async Task<ApprovalStage> SetAsync(params (string Key, string Value)[] annotations)
    {
        var stage = new ApprovalStage(await ApplicationStore.StartAsync());
        stage.Cluster.Tokens["token-of-ada"] = ("ada", ["team"]);
        stage.Cluster.Tokens["token-of-bob"] = ("bob", ["team"]);
        stage.Cluster.Rights["ada argocd/web"] = true;
        stage.Cluster.Put(Web, [("gitopsbumper.io/image-list", "web=registry.example.com/team/web:~1"), (Prefix + "approval", "required"), .. annotations.Select(pair => (Prefix + pair.Key, pair.Value))]);
        stage.Report(Image(Asked(Waiting)));
        return stage;
    }

    /// <summary>What was decided of argocd/web last.</summary>
    public void Report(params ImageReport[] images)
    {
        Reports.RemoveAll(report => report.Name == Web);
        Reports.Add(Of(Web, images));
    }

    public string? Annotation(string key) => Cluster.Annotation(Web, Prefix + key);

    public static ApplicationReport Of(NamespacedName name, params ImageReport[] images) => new()
    {
        Name = name,
        Repository = null,
        Branch = null,
        Commit = null,
        Problems = [],
        Images = images,
        Changes = [],
        Failure = null,
    };

    public static ImageReport Image(WaitingVersion? asked, string alias = "web", DecisionKind decision = DecisionKind.Pending, ImageVersion? candidate = null) => new()
    {
        Alias = alias,
        Image = "registry.example.com/team/web",
        Strategy = "semver",
        Constraint = "~1",
        Current = "1.4.0",
        Candidate = (candidate ?? asked?.Version)?.Tag?.Text,
        Digest = (candidate ?? asked?.Version)?.Digest?.ToString(),
        Decision = decision,
        Asked = asked,
        Reason = "the reason of the last cycle",
    };

    public static WaitingVersion Asked(ImageVersion version, int votes = 1, params string[] groups) => new(version, new ApprovalPolicy(votes, groups, null), []);

    public static ImageVersion Version(string tag, char digest) => ImageVersion.TryParse($"{tag}@sha256:{new string(digest, 64)}", out var version, out var problem) ? version : throw new InvalidOperationException(problem);

    public static ApprovalKey KeyOf(char letter) => ApprovalKey.TryParse(new Secret(new string(letter, 32)), out var key, out var problem) ? key : throw new InvalidOperationException(problem);

    public static string Body(ImageVersion version, string more = "") => $$"""{"tag": "{{version.Tag}}", "digest": "{{version.Digest}}"{{more}}}""";

    public static string Rejection(ImageVersion version, string reason = "breaks the checkout") => Body(version, $$""", "reject": true, "reason": "{{reason}}" """);

    public Task<StageReply> ApproveAsync(string user = "ada", string path = Path, ImageVersion? version = null) => SendAsync("POST", path, Body(version ?? Waiting), $"token-of-{user}");

    public Task<StageReply> RejectAsync(string user = "ada", ImageVersion? version = null) => SendAsync("POST", Path, Rejection(version ?? Waiting), $"token-of-{user}");

    public Task<StageReply> GetAsync(string path, string user = "ada") => SendAsync("GET", path, null, $"token-of-{user}");

    public Task<StageReply> SendAsync(string method, string path, string? body, string token) =>
        SendAsync(method, path, body is null ? Stream.Null : new MemoryStream(Encoding.UTF8.GetBytes(body)), token);

    public async Task<StageReply> SendAsync(string method, string path, Stream body, string token, IPAddress? from = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Body = body;
        context.Request.Headers.Authorization = $"Bearer {token}";
        context.Connection.RemoteIpAddress = from ?? IPAddress.Loopback;
        var reply = await _endpoints.AnswerAsync(context);
        return new StageReply(reply.Status, JsonNode.Parse(reply.Body.Span)!, reply.RetryAfter);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _verifier.Dispose();
        _meter.Dispose();
    }
}

/// <param name="Status">Of HTTP.</param>
/// <param name="Body">JSON.</param>
/// <param name="RetryAfter">Null: not said.</param>
internal sealed record StageReply(int Status, JsonNode Body, TimeSpan? RetryAfter)
{
    public string? State => (string?)Body["state"];

    public string Reason => (string)(Body["reason"] ?? Body["error"])!;
}
