using System.Security.Cryptography;
using System.Text;

namespace GitOpsBumper.Webhooks.Senders.Registries;

/// <summary>
/// The registry of the distribution project itself, which docker-registry is too: several events in one envelope, of layers also, and of pulls.
/// A manifest that is pushed by its digest alone is a part of an image, whose index comes with a tag afterwards.
/// </summary>
/// <seealso href="https://distribution.github.io/distribution/about/notifications/"/>
internal sealed class Distribution : JsonReceiver
{
    private static readonly string[] ManifestTypes =
    [
        "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws", "application/vnd.docker.distribution.manifest.v1+json",
    ];

    public override IReadOnlyList<string> Types { get; } = ["distribution"];

    public override string SecretKey => "webhook.distribution-secret";

    /// <summary>Its configuration gives an endpoint any headers, and a name and a password in the URL.</summary>
    public override IReadOnlyList<WebhookProof> Proofs { get; } =
        [new WebhookProof.HeaderValue("Authorization", "Bearer "), new WebhookProof.HeaderValue("X-Webhook-Secret"), new WebhookProof.Password()];

    /// <summary>An envelope has no id of its own; of several events it is made of theirs.</summary>
    protected override string? Delivery(WebhookRequest request, JsonFields body)
    {
        var ids = body.PartsApart("events").Select(entry => entry.Text("id")).OfType<string>().ToList();
        return ids.Count <= 1 ? ids.FirstOrDefault() : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', ids))));
    }

    /// <summary>One event that cannot be read costs the others nothing. Nor is the envelope refused for it: the registry would send it again for ever, and nothing else meanwhile.</summary>
    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        var images = new List<PushedImage>();
        var reason = "it has no events";
        string? problem = null;
        foreach (var entry in body.PartsApart("events"))
        {
            switch (ReadEvent(request, entry))
            {
                case WebhookReading.Pushed pushed:
                    images.AddRange(pushed.Images.Except(images));
                    break;
                case WebhookReading.Ignored ignored:
                    reason = ignored.Reason;
                    break;
                case WebhookReading.Malformed malformed:
                    problem ??= malformed.Problem;
                    break;
            }
        }

        return images.Count > 0 ? new WebhookReading.Pushed(images) : new WebhookReading.Ignored(problem ?? reason) { IsMistake = problem is not null };
    }

    private static WebhookReading ReadEvent(WebhookRequest request, JsonFields entry)
    {
        var reading = ReadPush(request, entry);
        return entry.Problem is { } problem ? new WebhookReading.Malformed(SentReading.Clean(problem)) : reading;
    }

    private static WebhookReading ReadPush(WebhookRequest request, JsonFields entry)
    {
        var action = entry.Text("action");
        if (action != "push")
            return new WebhookReading.Ignored(action is null ? "an event has no action" : $"action '{SentReading.Clean(action)}' is of no interest");
        var target = entry.Part("target");
        var type = target.Text("mediaType");
        if (!ManifestTypes.Contains(type, StringComparer.Ordinal))
            return new WebhookReading.Ignored($"media type '{SentReading.Clean(type ?? "")}' is not that of an image");
        var tag = target.Text("tag");
        if (string.IsNullOrEmpty(tag))
            return new WebhookReading.Ignored(SentReading.NoTag);
        var host = entry.Part("request").Text("host") is { Length: > 0 } asked ? asked : SentImage.HostOf(target.Text("url"));
        var reading = SentReading.Pushed(request, [new SentImage(host, target.Need("repository"), tag, target.Text("digest"))], SentReading.NoTag);
        // Who pushes a tag means it: that the registry is not known is no lack of interest.
        return reading is WebhookReading.Ignored { Reason: var unknown } ? new WebhookReading.Malformed(unknown) : reading;
    }
}
