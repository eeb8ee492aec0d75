namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>
/// Nexus Repository of Sonatype: its webhook for a repository, with the events of components or of assets. It does not know under which host or port people
/// reach a repository, so <c>registry=</c> has to say it; with <c>repository=</c> that name stands before the image's.
/// </summary>
/// <seealso href="https://help.sonatype.com/en/example-headers-and-payloads.html"/>
internal sealed class Nexus : JsonReceiver
{
    private const string Manifests = "/manifests/";

    public override IReadOnlyList<string> Types { get; } = ["nexus"];

    public override string SecretKey => "webhook.nexus-secret";

    /// <seealso href="https://help.sonatype.com/en/enabling-a-repository-webhook-capability.html"/>
    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.Signature("X-Nexus-Webhook-Signature", MacAlgorithm.HmacSha1, "")];

    protected override string? Delivery(WebhookRequest request, JsonFields body) => request.Header("X-Nexus-Webhook-Delivery");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var thing = body.Has("component") ? body.Part("component") : body.Part("asset");
        if (thing.IsMissing)
            return SentReading.Ignored("event", request.Header("X-Nexus-Webhook-Id"));
        var action = body.Text("action");
        if (action is not ("CREATED" or "UPDATED"))
            return SentReading.Ignored("action", action);
        var format = thing.Text("format");
        if (format != "docker")
            return SentReading.Ignored("format", format);
        var name = thing.Need("name");
        var tag = thing.Text("version");
        if (!body.Has("component"))
        {
            // The path of an asset: v2/team/web/manifests/1.5.0.
            var path = name.TrimStart('/');
            var at = path.LastIndexOf(Manifests, StringComparison.Ordinal);
            if (at < 0)
                return new WebhookReading.Ignored("the asset is no manifest");
            (name, tag) = (path.StartsWith("v2/", StringComparison.Ordinal) && at > 3 ? path[3..at] : path[..at], path[(at + Manifests.Length)..]);
        }

        if (string.IsNullOrEmpty(tag) || SentImage.IsDigest(tag))
            return new WebhookReading.Ignored(SentReading.NoTag);
        var repository = request.Parameter("repository");
        return SentReading.Pushed(request, [new SentImage(Registry: null, repository is null ? name : $"{repository}/{name}", tag, Digest: null)], SentReading.NoTag);
    }
}
