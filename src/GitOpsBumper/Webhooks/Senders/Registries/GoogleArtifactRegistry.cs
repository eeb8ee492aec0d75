namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>Artifact Registry of Google, whose topic <c>gcr</c> a push subscription of Pub/Sub hands on, in its envelope or without.</summary>
/// <seealso href="https://cloud.google.com/artifact-registry/docs/configure-notifications"/>
/// <seealso href="https://cloud.google.com/pubsub/docs/push"/>
internal sealed class GoogleArtifactRegistry : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["gcr", "gar", "pubsub", "artifact-registry"];

    public override string SecretKey => "webhook.gcr-secret";

    /// <summary>The parameter is for subscriptions without authentication.</summary>
    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.GoogleToken(), new WebhookProof.Parameter()];

    protected override string? Delivery(WebhookRequest request, JsonFields body)
    {
        var message = body.Part("message");
        return message.Id("messageId") ?? message.Id("message_id") ?? request.Header("x-goog-pubsub-message-id");
    }

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        if (!body.Has("message"))
            return Event(request, body);
        var message = body.Part("message");
        var text = message.Text("data") ?? "";
        if (text.Length == 0)
            return new WebhookReading.Ignored("the message has no data");
        var data = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, data, out var length))
            return new WebhookReading.Malformed("field message.data is not base64");
        var inner = JsonFields.Parse(data.AsSpan(0, length));
        if (inner.Problem is { } unreadable)
            return new WebhookReading.Malformed($"in message.data {unreadable}");
        var reading = Event(request, inner);
        return inner.Problem is { } problem ? new WebhookReading.Malformed(SentReading.Clean($"in message.data {problem}")) : reading;
    }

    private static WebhookReading Event(WebhookRequest request, JsonFields data)
    {
        var action = data.Text("action");
        if (action != "INSERT")
            return SentReading.Ignored("action", action);
        var tagged = data.Text("tag") ?? "";
        if (tagged.Length == 0)
            return new WebhookReading.Ignored(SentReading.NoTag);
        var (registry, path) = SentImage.Split(tagged);
        var colon = tagged.LastIndexOf(':');
        if (colon <= tagged.LastIndexOf('/') || tagged.Contains('@', StringComparison.Ordinal))
            data.Report("tag", $"is '{tagged}', expected is an image with a tag, such as europe-docker.pkg.dev/project/team/web:1.5.0");
        var digest = data.Text("digest") ?? "";
        return SentReading.Pushed(request, [new SentImage(registry, path, tagged[(colon + 1)..], digest[(digest.LastIndexOf('@') + 1)..])], SentReading.NoTag);
    }
}
