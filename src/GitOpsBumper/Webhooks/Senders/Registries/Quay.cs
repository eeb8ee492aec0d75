namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>Quay, also one's own. Its events of builds and of vulnerabilities have no tags that were updated.</summary>
/// <seealso href="https://docs.quay.io/guides/notifications.html"/>
internal sealed class Quay : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["quay.io", "quay"];

    public override string SecretKey => "webhook.quay-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.Parameter()];

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        if (!body.Has("updated_tags"))
            return new WebhookReading.Ignored("it has no updated_tags, so it is no push");
        var address = body.Text("docker_url");
        var (registry, path) = string.IsNullOrEmpty(address) ? ("quay.io", body.Need("repository")) : SentImage.Split(address);
        return SentReading.Pushed(request, body.Texts("updated_tags").Where(tag => tag.Length > 0).Select(tag => new SentImage(registry, path, tag, Digest: null)), SentReading.NoTag);
    }
}
