namespace GitOpsBumper.Webhooks.Senders.Forges;

/// <summary>Bitbucket, in the cloud and as one's own server: pushes, and pull requests that were merged, declined or deleted.</summary>
/// <seealso href="https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/"/>
/// <seealso href="https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html"/>
internal sealed class Bitbucket : JsonReceiver
{
    public override IReadOnlyList<string> Types { get; } = ["bitbucket"];

    public override string SecretKey => "webhook.bitbucket-secret";

    public override IReadOnlyList<WebhookProof> Proofs { get; } = [new WebhookProof.Signature("X-Hub-Signature", MacAlgorithm.HmacSha256, "sha256=")];

    protected override string? Delivery(WebhookRequest request, JsonFields body) => request.Header("X-Request-UUID") ?? request.Header("X-Request-Id");

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var name = request.Header("X-Event-Key");
        return name switch
        {
            "repo:push" => CloudPush(body),
            "pullrequest:fulfilled" or "pullrequest:rejected" =>
                Cloud(body, [body.Part("pullrequest").Part("destination").Part("branch").Need("name")]),
            "repo:refs_changed" => ServerPush(body),
            "pr:merged" or "pr:declined" or "pr:deleted" => ServerRequest(body.Part("pullRequest").Part("toRef")),
            null => new WebhookReading.Malformed("header X-Event-Key is missing, empty or there several times; expected is the name of an event such as repo:push"),
            _ => SentReading.Ignored("event", name),
        };
    }

    /// <summary>A branch that was deleted has no new state, one that is new no old one.</summary>
    private static WebhookReading CloudPush(JsonFields body)
    {
        var (names, tips) = (new List<string>(), new List<string?>());
        foreach (var change in body.Part("push").Parts("changes"))
        {
            var state = change.Has("new") ? change.Part("new") : change.Part("old");
            if (!state.IsMissing)
                names.Add(state.Need("name"));
            tips.Add(change.Has("new") ? state.Part("target").Text("hash") : null);
        }

        return names.Count == 0 ? new WebhookReading.Ignored("it has no changes") : Cloud(body, names, tips);
    }

    /// <summary>The cloud names no address to clone from, but its addresses are all alike.</summary>
    private static WebhookReading Cloud(JsonFields body, IReadOnlyList<string> names, params IReadOnlyList<string?> tips)
    {
        var path = body.Part("repository").Need("full_name");
        return SentReading.Changed([$"https://bitbucket.org/{path}.git", $"git@bitbucket.org:{path}.git"], names, tips);
    }

    private static WebhookReading ServerPush(JsonFields body)
    {
        var changes = body.Parts("changes").ToList();
        return Server(body.Part("repository"), [.. changes.Select(change => change.Part("ref").Need("id"))], [.. changes.Select(change => change.Text("toHash"))]);
    }

    private static WebhookReading ServerRequest(JsonFields reference) => Server(reference.Part("repository"), [reference.Need("id")]);

    private static WebhookReading Server(JsonFields repository, IReadOnlyList<string> references, params IReadOnlyList<string?> tips)
    {
        var links = repository.Part("links").Parts("clone").Select(link => link.Text("href")).ToList();
        if (references.Count == 0)
            return new WebhookReading.Ignored("it has no changes");
        return links.Count == 0 ? new WebhookReading.Ignored("it names no address of the repository") : SentReading.Changed(links, references, tips);
    }
}
