namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>Docker Hub: one event, and nothing that it could sign with.</summary>
/// <seealso href="https://docs.docker.com/docker-hub/repos/manage/webhooks/"/>
internal sealed class DockerHub : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["docker.io", "docker", "dockerhub"];

    public override string SecretKey => "webhook.docker-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.Parameter()];

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        if (!body.Has("push_data"))
            return new WebhookReading.Ignored("it has no push_data");
        var repository = body.Part("repository");
        var path = repository.Text("repo_name");
        if (string.IsNullOrEmpty(path))
            path = repository.Text("namespace") is { Length: > 0 } user ? $"{user}/{repository.Need("name")}" : repository.Need("name");
        var tag = body.Part("push_data").Text("tag");
        return SentReading.Pushed(request, string.IsNullOrEmpty(tag) ? [] : [new SentImage("docker.io", path, tag, Digest: null)], SentReading.NoTag);
    }
}
