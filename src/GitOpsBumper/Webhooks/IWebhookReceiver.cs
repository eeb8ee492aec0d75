namespace GitOpsBumper.Webhooks;

/// <summary>What one kind of sender sends. Pure: it reads headers and body, and asks nobody anything.</summary>
internal interface IWebhookReceiver
{
    /// <summary>What <c>?type=</c> says; the first is the one that documents use.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>The key of its secret in <c>gitops-bumper-secret</c>, as Image Updater has it where that knows the sender: <c>webhook.ghcr-secret</c>.</summary>
    string SecretKey { get; }

    /// <summary>The environment variable that may hold the secret instead, as Image Updater has it: <c>GHCR_WEBHOOK_SECRET</c>; null: none.</summary>
    string? SecretVariable { get; }

    /// <summary>The ways in which the sender can show that it knows the secret; one of them is enough.</summary>
    IReadOnlyList<WebhookProof> Proofs { get; }

    /// <summary>The request, whose proof was good. Never throws: whatever the body is, it is read, ignored or malformed.</summary>
    WebhookReading Read(WebhookRequest request);
}
