namespace GitOpsBumper.Webhooks.Senders.Forges;

/// <summary>GitHub: packages of its container registry, pushes, and pull requests that were closed or opened again.</summary>
/// <seealso href="https://docs.github.com/en/webhooks/webhook-events-and-payloads"/>
/// <seealso href="https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"/>
internal sealed class GitHub : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["ghcr.io", "github"];

    public override string SecretKey => "webhook.ghcr-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.Signature("X-Hub-Signature-256", MacAlgorithm.HmacSha256, "sha256=")];

    protected override string? Delivery(WebhookRequest request, JsonFields body) => request.Header("X-GitHub-Delivery");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var name = request.Header("X-GitHub-Event");
        return name switch
        {
            "package" => Package(request, body, "package"),
            "registry_package" => Package(request, body, "registry_package"),
            "push" => Changed(body.Part("repository"), body.Need("ref"), body.Text("after")),
            "pull_request" => PullRequest(body),
            null => new WebhookReading.Malformed("header X-GitHub-Event is missing, empty or there several times; expected is the name of an event such as package or push"),
            _ => SentReading.Ignored("event", name),
        };
    }

    private static WebhookReading Package(WebhookRequest request, JsonFields body, string field)
    {
        var action = body.Text("action");
        if (action is not ("published" or "updated"))
            return SentReading.Ignored("action", action);
        var package = body.Part(field);
        var type = package.Text("package_type");
        if (type?.ToUpperInvariant() is not ("CONTAINER" or "DOCKER"))
            return SentReading.Ignored("package_type", type);
        var version = package.Part("package_version");
        var tag = version.Part("container_metadata").Part("tag");

        // The parts of an image for several platforms are packages too, which have no tag and are named by their digests.
        if (tag.Text("name") is not { Length: > 0 } name)
            return new WebhookReading.Ignored(SentReading.NoTag);

        // Names are in lower case in the registry, whatever the owner is called on GitHub. The field registry.url names another host.
        var registry = SentImage.HostOf(version.Text("package_url")) ?? "ghcr.io";
        var path = $"{package.Part("owner").Need("login")}/{package.Need("name")}".ToLowerInvariant();
        return SentReading.Pushed(request, [new SentImage(registry, path, name, tag.Text("digest"))], SentReading.NoTag);
    }

    private static WebhookReading PullRequest(JsonFields body)
    {
        var action = body.Text("action");
        if (action is not ("closed" or "reopened"))
            return SentReading.Ignored("action", action);
        return Changed(body.Part("repository"), body.Part("pull_request").Part("base").Need("ref"));
    }

    private static WebhookReading Changed(JsonFields repository, string reference, string? tip = null) =>
        SentReading.Changed([repository.Text("clone_url"), repository.Text("ssh_url")], [reference], tip);
}
