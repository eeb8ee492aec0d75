namespace GitOpsBumper.Webhooks.Senders.Forges;

/// <summary>Gitea and Forgejo: container packages, pushes, and pull requests that were closed or opened again.</summary>
/// <seealso href="https://docs.gitea.com/usage/repository/webhooks"/>
/// <seealso href="https://forgejo.org/docs/latest/user/webhooks/"/>
internal sealed class Gitea : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["gitea", "forgejo"];

    public override string SecretKey => "webhook.gitea-secret";

    /// <summary>Both sign each delivery in both ways.</summary>
    public override IReadOnlyList<WebhookProof> Proofs { get; } =
        [new WebhookProof.Signature("X-Hub-Signature-256", MacAlgorithm.HmacSha256, "sha256="), new WebhookProof.Signature("X-Gitea-Signature", MacAlgorithm.HmacSha256, "")];

    protected override string? Delivery(WebhookRequest request, JsonFields body) => request.Header("X-Gitea-Delivery") ?? request.Header("X-Forgejo-Delivery");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var name = request.Header("X-Gitea-Event") ?? request.Header("X-Forgejo-Event");
        return name switch
        {
            "package" => Package(request, body),
            "push" => Changed(body, body.Need("ref"), body.Text("after")),
            "pull_request" => PullRequest(body),
            null => new WebhookReading.Malformed("header X-Gitea-Event is missing, empty or there several times; expected is the name of an event such as package or push"),
            _ => SentReading.Ignored("event", name),
        };
    }

    private static WebhookReading Package(WebhookRequest request, JsonFields body)
    {
        var action = body.Text("action");
        if (action != "created")
            return SentReading.Ignored("action", action);
        var package = body.Part("package");
        var type = package.Text("type");
        if (type != "container")
            return SentReading.Ignored("type of package", type);
        var version = package.Text("version") ?? "";
        if (version.Length == 0 || SentImage.IsDigest(version))
            return new WebhookReading.Ignored(SentReading.NoTag);
        var owner = package.Part("owner");
        var login = owner.Text("login") is { Length: > 0 } user ? user : owner.Need("username");
        var registry = SentImage.HostOf(package.Text("html_url")) ?? SentImage.HostOf(body.Part("repository").Text("html_url"));
        return SentReading.Pushed(request, [new SentImage(registry, $"{login}/{package.Need("name")}".ToLowerInvariant(), version, Digest: null)], SentReading.NoTag);
    }

    private static WebhookReading PullRequest(JsonFields body)
    {
        var action = body.Text("action");
        return action is "closed" or "reopened" ? Changed(body, body.Part("pull_request").Part("base").Need("ref")) : SentReading.Ignored("action", action);
    }

    private static WebhookReading Changed(JsonFields body, string reference, string? tip = null)
    {
        var repository = body.Part("repository");
        return SentReading.Changed([repository.Text("clone_url"), repository.Text("ssh_url")], [reference], tip);
    }
}
