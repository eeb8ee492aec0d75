namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>
/// The registry of Alibaba Cloud. It says which region it is and not which instance: who has an instance of his own says its host by <c>registry=</c>, or by
/// <c>registry_url=</c> as with Image Updater.
/// </summary>
/// <seealso href="https://www.alibabacloud.com/help/en/acr/user-guide/manage-webhooks"/>
internal sealed class AliyunAcr : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["aliyun-acr"];

    public override string SecretKey => "webhook.aliyun-acr-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.Parameter()];

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        if (!body.Has("push_data"))
            return new WebhookReading.Ignored("it has no push_data");
        var repository = body.Part("repository");
        var path = repository.Text("repo_full_name");
        if (string.IsNullOrEmpty(path))
            path = repository.Text("namespace") is { Length: > 0 } user ? $"{user}/{repository.Need("name")}" : repository.Need("name");
        var region = repository.Text("region");
        var push = body.Part("push_data");
        var image = new SentImage(string.IsNullOrEmpty(region) ? null : $"registry.{region}.aliyuncs.com", path, push.Text("tag"), push.Text("digest"));
        return SentReading.Pushed(request, string.IsNullOrEmpty(image.Tag) ? [] : [image], SentReading.NoTag);
    }
}
