namespace GitOpsBumper.Webhooks.Senders;

/// <summary>A sender whose body is one document of JSON, as all are.</summary>
internal abstract class JsonReceiver : IWebhookReceiver
{
    public abstract IReadOnlyList<string> Types { get; }

    public abstract string SecretKey { get; }

    public virtual string? SecretVariable => SecretKey["webhook.".Length..^"-secret".Length].Replace('-', '_').ToUpperInvariant() + "_WEBHOOK_SECRET";

    public abstract IReadOnlyList<WebhookProof> Proofs { get; }

    public WebhookReading Read(WebhookRequest request)
    {
        var body = JsonFields.Parse(request.Body.Span);
        if (body.Problem is { } unreadable)
            return new WebhookReading.Malformed(unreadable);
        var reading = Read(request, body);
        return (body.Problem is { } problem ? new WebhookReading.Malformed(SentReading.Clean(problem)) : reading) with { Delivery = SentReading.Delivery(Delivery(request, body)) };
    }

    /// <summary>What tells this delivery from all others; null: nothing.</summary>
    protected virtual string? Delivery(WebhookRequest request, JsonFields body) => null;

    /// <summary>The body, which is an object. Whether its fields are what they should be is looked at afterwards.</summary>
    protected abstract WebhookReading Read(WebhookRequest request, JsonFields body);
}
