namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>Harbor, in its own format and in that of CloudEvents, which a project can choose.</summary>
/// <seealso href="https://goharbor.io/docs/main/working-with-projects/project-configuration/configure-webhooks/"/>
internal sealed class Harbor : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["harbor"];

    public override string SecretKey => "webhook.harbor-secret";

    /// <summary>What the project's administrator enters as <c>Auth Header</c> is sent as it is.</summary>
    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.HeaderValue("Authorization", "Bearer ")];

    protected override string? Delivery(WebhookRequest request, JsonFields body) => body.Text("id");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var type = body.Text("type");
        return type switch
        {
            // The last is that of Harbor 1.
            "PUSH_ARTIFACT" or "pushImage" => Pushed(request, body.Part("event_data")),
            "harbor.artifact.pushed" => Pushed(request, body.Part("data")),
            _ => SentReading.Ignored("event", type),
        };
    }

    private static WebhookReading Pushed(WebhookRequest request, JsonFields data)
    {
        var repository = data.Part("repository");
        var fullName = repository.Text("repo_full_name");
        if (string.IsNullOrEmpty(fullName) && repository.Text("name") is { Length: > 0 } name)
            fullName = repository.Text("namespace") is { Length: > 0 } project ? $"{project}/{name}" : name;
        var images = new List<SentImage>();
        foreach (var resource in data.Parts("resources"))
        {
            var (registry, path) = SentImage.Split(resource.Text("resource_url") ?? "");
            var tag = resource.Text("tag");
            if (string.IsNullOrEmpty(tag) || SentImage.IsDigest(tag))
                continue;
            if (string.IsNullOrEmpty(fullName) && path.Length == 0)
                resource.Report("resource_url", "is missing or empty");
            images.Add(new SentImage(registry, string.IsNullOrEmpty(fullName) ? path : fullName, tag, resource.Text("digest")));
        }

        return SentReading.Pushed(request, images, SentReading.NoTag);
    }
}
