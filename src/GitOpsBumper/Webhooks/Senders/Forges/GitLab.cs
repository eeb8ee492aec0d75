namespace GitOpsBumper.Webhooks.Senders.Forges;

/// <summary>
/// GitLab: pushes, tags and merge requests. It has no event for its container registry that a project could ask for; a pipeline that succeeded stands in
/// for it, and means all images of the project.
/// </summary>
/// <seealso href="https://docs.gitlab.com/user/project/integrations/webhook_events/"/>
/// <seealso href="https://docs.gitlab.com/user/project/integrations/webhooks/"/>
internal sealed class GitLab : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["gitlab"];

    public override string SecretKey => "webhook.gitlab-secret";

    /// <summary>The signature is that of a signing token, which servers from version 19 on have.</summary>
    /// <seealso href="https://docs.gitlab.com/user/project/integrations/webhooks/#signing-tokens"/>
    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.StandardSignature(), new WebhookProof.HeaderValue("X-Gitlab-Token")];

    /// <summary>The first two stay the same when a delivery is repeated; the last has been there for longer, but hooks that other hooks set off share it.</summary>
    protected override string? Delivery(WebhookRequest request, JsonFields body) =>
        request.Header("webhook-id") ?? request.Header("Idempotency-Key") ?? request.Header("X-Gitlab-Event-UUID");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var kind = body.Text("object_kind") ?? body.Text("event_name");
        return kind switch
        {
            "push" or "tag_push" => Changed(body, body.Need("ref"), body.Text("after")),
            "merge_request" => MergeRequest(body),
            "pipeline" => Pipeline(request, body),
            null => SentReading.Ignored("event", request.Header("X-Gitlab-Event")),
            _ => SentReading.Ignored("event", kind),
        };
    }

    private static WebhookReading MergeRequest(JsonFields body)
    {
        var attributes = body.Part("object_attributes");
        var action = attributes.Text("action");
        return action is "merge" or "close" or "reopen" ? Changed(body, attributes.Need("target_branch")) : SentReading.Ignored("action", action);
    }

    private static WebhookReading Pipeline(WebhookRequest request, JsonFields body)
    {
        var status = body.Part("object_attributes").Text("status");
        if (status != "success")
            return SentReading.Ignored("status", status);
        var project = body.Part("project");
        var path = project.Need("path_with_namespace").ToLowerInvariant();
        var isPublic = SentImage.HostOf(project.Text("web_url")) == "gitlab.com";
        if (!isPublic && !SentReading.NamesRegistry(request))
            return new WebhookReading.Ignored("the registry of this GitLab is not known; add registry=<host> to the URL of the webhook");
        return SentReading.Pushed(request, [new SentImage(isPublic ? "registry.gitlab.com" : null, path, Tag: null, Digest: null) { AndBelow = true }], SentReading.NoTag);
    }

    private static WebhookReading Changed(JsonFields body, string reference, string? tip = null)
    {
        var project = body.Part("project");
        return SentReading.Changed([project.Text("git_http_url"), project.Text("git_ssh_url")], [reference], tip);
    }
}
