namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>
/// Artifactory of JFrog. It names the repository that was pushed to; where images are pulled from another, or where the repository is part of the host,
/// <c>repository=</c> in the URL of the webhook names the other, or a dot for none.
/// </summary>
/// <seealso href="https://docs.jfrog.com/administration/docs/event-types"/>
internal sealed class Artifactory : JsonReceiver
{
    private const string Header = "X-JFrog-Event-Auth";

    public override IReadOnlyList<string> Types { get; } = ["artifactory", "jfrog"];

    public override string SecretKey => "webhook.artifactory-secret";

    /// <summary>Unless it is told to sign with the secret, Artifactory sends the secret itself in the same header.</summary>
    public override IReadOnlyList<WebhookProof> Proofs { get; } =
        [new WebhookProof.Signature(Header, MacAlgorithm.HmacSha256, ""), new WebhookProof.HeaderValue(Header)];

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var domain = body.Text("domain");
        if (domain != "docker")
            return SentReading.Ignored("domain", domain);
        var type = body.Text("event_type");
        if (type != "pushed")
            return SentReading.Ignored("event_type", type);
        var data = body.Part("data");
        var tag = data.Text("tag") ?? "";
        if (tag.Length == 0 || SentImage.IsDigest(tag) || tag.StartsWith("sha256__", StringComparison.Ordinal))
            return new WebhookReading.Ignored(SentReading.NoTag);
        var repository = request.Parameter("repository") ?? data.Need("repo_key");
        var name = data.Need("image_name");
        var digest = $"sha256:{data.Text("sha256")}";
        return SentReading.Pushed(
            request, [new SentImage(SentImage.HostOf(body.Text("jpd_origin")), repository == "." ? name : $"{repository}/{name}", tag, Core.Images.Digest.TryParse(digest, out _, out _) ? digest : null)],
            SentReading.NoTag);
    }
}
