namespace GitOpsBumper.Webhooks.Senders.Forges;

/// <summary>Azure DevOps: pushes, and pull requests that were completed or abandoned. It can show a name and a password, and no more.</summary>
/// <seealso href="https://learn.microsoft.com/en-us/azure/devops/service-hooks/events"/>
/// <seealso href="https://learn.microsoft.com/en-us/azure/devops/service-hooks/services/webhooks"/>
internal sealed class AzureDevOps : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["azure-devops"];

    public override string SecretKey => "webhook.azure-devops-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.Password()];

    protected override string? Delivery(WebhookRequest request, JsonFields body) => body.Text("id");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var type = body.Text("eventType");
        var resource = body.Part("resource");
        return type switch
        {
            "git.push" => Push(resource),
            "git.pullrequest.updated" or "git.pullrequest.merged" => PullRequest(resource),
            _ => SentReading.Ignored("eventType", type),
        };
    }

    private static WebhookReading Push(JsonFields resource)
    {
        var updates = resource.Parts("refUpdates").ToList();
        return Changed(resource, [.. updates.Select(update => update.Need("name"))], [.. updates.Select(update => update.Text("newObjectId"))]);
    }

    private static WebhookReading PullRequest(JsonFields resource)
    {
        var status = resource.Text("status");
        return status is "completed" or "abandoned" ? Changed(resource, [resource.Need("targetRefName")]) : SentReading.Ignored("status", status);
    }

    private static WebhookReading Changed(JsonFields resource, IReadOnlyList<string> references, params IReadOnlyList<string?> tips)
    {
        var repository = resource.Part("repository");
        var address = repository.Need("remoteUrl");
        return SentReading.Changed([address, repository.Text("sshUrl"), Ssh(address)], references, tips);
    }

    /// <summary>What belongs to <c>https://dev.azure.com/organisation/project/_git/repository</c>; events do not name it.</summary>
    private static string? Ssh(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Host == "dev.azure.com" && url.AbsolutePath.Split('/') is ["", var organisation, var project, "_git", var name]
            ? $"git@ssh.dev.azure.com:v3/{organisation}/{project}/{name}"
            : null;
}
