namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>Azure Container Registry. It signs nothing, and sends the headers that its webhook is given.</summary>
/// <seealso href="https://learn.microsoft.com/en-us/azure/container-registry/container-registry-webhook-reference"/>
internal sealed class AzureContainerRegistry : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["acr"];

    public override string SecretKey => "webhook.acr-secret";

    /// <summary>The parameter is what Image Updater asks for.</summary>
    public override IReadOnlyList<WebhookProof> Proofs { get; } =
        [new WebhookProof.HeaderValue("Authorization", "Bearer "), new WebhookProof.HeaderValue("X-Webhook-Secret"), new WebhookProof.Parameter()];

    protected override string? Delivery(WebhookRequest request, JsonFields body) => body.Text("id");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var action = body.Text("action");
        if (action != "push")
            return SentReading.Ignored("action", action);
        var target = body.Part("target");
        var image = new SentImage(body.Part("request").Text("host"), target.Need("repository"), target.Text("tag"), target.Text("digest"));
        return SentReading.Pushed(request, string.IsNullOrEmpty(image.Tag) ? [] : [image], SentReading.NoTag);
    }
}
