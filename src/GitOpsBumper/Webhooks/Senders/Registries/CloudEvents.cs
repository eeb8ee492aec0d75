namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>
/// Events in the format of CloudEvents, with their attributes in the body or in headers: pushes to ECR by way of EventBridge as Image Updater's
/// documentation transforms them, or not transformed at all; <c>artifact.published</c> of CDEvents; and what else speaks of a pushed image in Image Updater's words.
/// </summary>
/// <seealso href="https://argocd-image-updater.readthedocs.io/en/stable/configuration/webhook/"/>
/// <seealso href="https://github.com/cdevents/spec/blob/main/core.md"/>
/// <seealso href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md"/>
/// <seealso href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html"/>
internal sealed class CloudEvents : JsonReceiver
{
    private const string Published = "dev.cdevents.artifact.published.";
    private const string Ecr = "com.amazon.ecr.";

    public override IReadOnlyList<string> Types { get; } = ["cloudevents"];

    public override string SecretKey => "webhook.cloudevents-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } =
        [new WebhookProof.HeaderValue("X-Webhook-Secret"), new WebhookProof.HeaderValue("Authorization", "Bearer "), new WebhookProof.Parameter()];

    /// <summary>Only source and id together tell an event from all others.</summary>
    protected override string? Delivery(WebhookRequest request, JsonFields body)
    {
        var id = request.Header("ce-id") ?? body.Text("id") ?? body.Part("context").Text("id");
        var source = request.Header("ce-source") ?? body.Text("source") ?? body.Part("context").Text("source");
        return id is null ? null : $"{source} {id}";
    }

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        if (body.Text("detail-type") is { } detailType)
            return detailType == "ECR Image Action" ? EcrAction(request, body) : SentReading.Ignored("detail-type", detailType);
        var isBinary = request.Header("ce-type") is not null;
        var type = request.Header("ce-type") ?? body.Text("type") ?? body.Part("context").Text("type");
        if (string.IsNullOrEmpty(type))
            return new WebhookReading.Ignored("it has no type");
        var data = isBinary ? body : body.Part("data");
        if (type.StartsWith(Published, StringComparison.Ordinal))
            return Artifact(request, isBinary || body.Has("subject") && body.Has("context") ? body : data);
        if (!IsPush(type))
            return SentReading.Ignored("type", type);
        var source = (isBinary ? request.Header("ce-source") : body.Text("source")) ?? "";
        var subject = (isBinary ? request.Header("ce-subject") : body.Text("subject")) ?? "";
        var colon = subject.IndexOf(':', StringComparison.Ordinal);
        var path = First(data, "repositoryName", "repository") ?? (colon > 0 ? subject[..colon] : null);
        var tag = First(data, "imageTag", "tag") ?? (colon > 0 ? subject[(colon + 1)..] : null);
        if (path is null)
            data.Report("repositoryName", "is missing or empty");
        var registry = type.StartsWith(Ecr, StringComparison.Ordinal) ? EcrHost(source, data.Id("registryId")) : First(data, "registryUrl", "registry") ?? source;
        var image = new SentImage(registry is null ? null : SentImage.HostOf(registry), path ?? "", tag, First(data, "imageDigest", "digest"));
        return SentReading.Pushed(request, string.IsNullOrEmpty(tag) ? [] : [image], SentReading.NoTag);
    }

    /// <summary>Types that speak of an image and of nothing but that it is there now: not of its deletion, its pull or its scan.</summary>
    private static bool IsPush(string type) =>
        (type.StartsWith(Ecr, StringComparison.Ordinal) || type.Contains("container", StringComparison.OrdinalIgnoreCase) || type.Contains("image", StringComparison.OrdinalIgnoreCase))
        && (type.Contains("push", StringComparison.OrdinalIgnoreCase) || type.Contains("publish", StringComparison.OrdinalIgnoreCase));

    private static WebhookReading Artifact(WebhookRequest request, JsonFields data)
    {
        var id = data.Part("subject").Need("id");
        if (PackageUrl.TryRead(id) is not { } image)
            return new WebhookReading.Ignored($"artifact '{SentReading.Clean(id)}' is no image");
        return SentReading.Pushed(request, string.IsNullOrEmpty(image.Tag) ? [] : [image], SentReading.NoTag);
    }

    /// <summary>As EventBridge has it.</summary>
    private static WebhookReading EcrAction(WebhookRequest request, JsonFields body)
    {
        var detail = body.Part("detail");
        var action = detail.Text("action-type");
        if (action != "PUSH")
            return SentReading.Ignored("action-type", action);
        var result = detail.Text("result");
        if (result != "SUCCESS")
            return SentReading.Ignored("result", result);
        var image = new SentImage(EcrHostOf(body.Need("account"), body.Need("region")), detail.Need("repository-name"), detail.Text("image-tag"), detail.Text("image-digest"));
        return SentReading.Pushed(request, string.IsNullOrEmpty(image.Tag) ? [] : [image], SentReading.NoTag);
    }

    /// <param name="source"><c>urn:aws:ecr:eu-west-1:123456789012:repository/team/web</c>.</param>
    /// <param name="account">As the data have it, which counts; null: it is the source's.</param>
    private static string? EcrHost(string source, string? account)
    {
        var parts = source.Split(':', 6);
        return parts is ["urn" or "arn", _, "ecr", { Length: > 0 } region, var owner, ..] ? EcrHostOf(string.IsNullOrEmpty(account) ? owner : account, region) : null;
    }

    private static string EcrHostOf(string account, string region) =>
        $"{account}.dkr.ecr.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}";

    private static string? First(JsonFields data, string name, string otherName) =>
        data.Text(name) is { Length: > 0 } text ? text : data.Text(otherName) is { Length: > 0 } other ? other : null;
}
