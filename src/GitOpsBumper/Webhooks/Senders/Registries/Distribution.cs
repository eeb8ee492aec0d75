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
        var ids = body.Parts("events").Select(entry => entry.Text("id")).OfType<string>().ToList();
        return ids.Count <= 1 ? ids.FirstOrDefault() : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', ids))));
    }

    protected override WebhookReading Read(WebhookRequest request, JsonFields body)
    {
        if (!body.Has("events"))
            return new WebhookReading.Ignored("it has no events");
        var images = new List<SentImage>();
        var reason = "it has no events";
        foreach (var entry in body.Parts("events"))
        {
            var action = entry.Text("action");
            var target = entry.Part("target");
            var type = target.Text("mediaType");
            var tag = target.Text("tag");
            if (action != "push")
                reason = action is null ? "an event has no action" : $"action '{SentReading.Clean(action)}' is of no interest";
            else if (!ManifestTypes.Contains(type, StringComparer.Ordinal))
                reason = $"media type '{SentReading.Clean(type ?? "")}' is not that of an image";
            else if (string.IsNullOrEmpty(tag))
                reason = SentReading.NoTag;
            else
                images.Add(new SentImage(entry.Part("request").Text("host") is { Length: > 0 } host ? host : SentImage.HostOf(target.Text("url")), target.Need("repository"), tag, target.Text("digest")));
        }

        return SentReading.Pushed(request, images, reason);
    }
}
