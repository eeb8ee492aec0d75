using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>What everybody can send: <c>{"image": "registry.example.com/team/web", "tag": "1.5.0", "digest": "sha256:..."}</c>. Tag and digest may stand in the image.</summary>
internal sealed class Generic : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["generic"];

    public override string SecretKey => "webhook.generic-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } =
    [
        new WebhookProof.Signature("X-Signature", MacAlgorithm.HmacSha256, "sha256="),
        new WebhookProof.HeaderValue("Authorization", "Bearer "), new WebhookProof.HeaderValue("X-Webhook-Secret"),
    ];

    /// <summary>A pipeline may send several images under one id.</summary>
    protected override string? Delivery(WebhookRequest request, JsonFields body) => null;

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var text = body.Need("image");
        if (!ImageReference.TryParse(text, out var image, out var problem))
            return new WebhookReading.Malformed(SentReading.Clean($"field image: {problem}"));
        var tag = Same(body, "tag", image.Version?.Tag?.Text);
        var digest = Same(body, "digest", image.Version?.Digest?.ToString());
        return SentReading.Pushed(request, [new SentImage(image.Repository.Registry, image.Repository.Path, tag, digest)], SentReading.NoTag);
    }

    /// <summary>Of two that differ nobody knows which is meant.</summary>
    private static string? Same(JsonFields body, string name, string? inImage)
    {
        var text = body.Text(name);
        if (inImage is not null && !string.IsNullOrEmpty(text) && text != inImage)
            body.Report(name, $"is '{text}', but the image has '{inImage}'");
        return string.IsNullOrEmpty(text) ? inImage : text;
    }
}
