using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Webhooks.Senders;

/// <summary>Makes of a sender's words what they mean: here, and nowhere else, names are checked, and the registry is replaced that <c>registry=</c> replaces.</summary>
internal static class SentReading
{
    /// <summary>What many senders push beside the image, and by digest alone: nobody's tag has moved.</summary>
    public const string NoTag = "the push has no tag";

    private const int MaxDelivery = 200;
    private const string Heads = "refs/heads/";
    private const string Tags = "refs/tags/";

    /// <summary>Where images are pulled from, if that is not where they are pushed to; the second name is that of Image Updater.</summary>
    private static readonly string[] RegistryParameters = ["registry", "registry_url"];

    /// <summary>Whether the URL of the webhook says from which registry images are pulled.</summary>
    public static bool NamesRegistry(WebhookRequest request) => RegistryParameters.Any(request.Query.ContainsKey);

    /// <param name="request">Its URL may say which registry is meant.</param>
    /// <param name="images">Without those that are of no interest.</param>
    /// <param name="otherwise">Why there are none, if so: a clause that ends a sentence.</param>
    public static WebhookReading Pushed(WebhookRequest request, IEnumerable<SentImage> images, string otherwise)
    {
        var pushed = new List<PushedImage>();
        if (!TryReadRegistry(request, out var registry, out var problem))
            return new WebhookReading.Malformed(problem!);
        foreach (var image in images)
        {
            if ((registry ?? image.Registry) is not { Length: > 0 } host)
                return new WebhookReading.Ignored("the sender does not say which registry it is; add registry=<host> to the URL of the webhook");
            if (!TryRead(image, host, out var read, out problem))
                return new WebhookReading.Malformed(problem!);
            if (!pushed.Contains(read!))
                pushed.Add(read!);
        }

        return pushed.Count == 0 ? new WebhookReading.Ignored(otherwise) : new WebhookReading.Pushed(pushed);
    }

    /// <param name="addresses">As the sender gives them; those that no bot could clone do not count.</param>
    /// <param name="references">Full names of references, or short ones of branches.</param>
    /// <param name="tips">The commits that they are at now; nothing: the sender does not say.</param>
    public static WebhookReading Changed(IEnumerable<string?> addresses, IEnumerable<string?> references, params IReadOnlyList<string?> tips)
    {
        var repositories = new List<RepositoryUrl>();
        foreach (var address in addresses)
        {
            // A folder of this machine is nothing that a sender could know.
            if (!string.IsNullOrEmpty(address) && RepositoryUrl.TryParse(address, out var url, out _) && !url.IsLocal && !repositories.Contains(url))
                repositories.Add(url);
        }

        if (repositories.Count == 0)
            return new WebhookReading.Malformed("the body names no address of the repository; expected is one with https://, http:// or of ssh");
        var all = references.Where(reference => !string.IsNullOrEmpty(reference)).Select(reference => reference!).ToList();
        var branches = all.Select(ShortName).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return branches.Count == 0 && all.Count > 0
            ? new WebhookReading.Ignored($"reference '{Clean(all[0])}' is neither a branch nor a tag")
            : new WebhookReading.Changed(repositories, branches) { Tips = [.. tips.All(IsCommit) ? tips.OfType<string>() : []] };
    }

    public static WebhookReading Ignored(string what, string? value) =>
        new WebhookReading.Ignored(string.IsNullOrEmpty(value) ? $"it has no {what}" : $"{what} '{Clean(value)}' is of no interest");

    /// <summary>What may stand in a log: short, and on one line.</summary>
    public static string Clean(string text) => Shortened.Text(new string([.. text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]));

    /// <summary>The id if it can be one.</summary>
    public static string? Delivery(string? id) => id is { Length: > 0 and <= MaxDelivery } && !id.Any(char.IsControl) ? id : null;

    private static bool IsCommit(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigit);

    private static string? ShortName(string reference) => reference switch
    {
        _ when reference.StartsWith(Heads, StringComparison.Ordinal) => reference[Heads.Length..],
        _ when reference.StartsWith(Tags, StringComparison.Ordinal) => reference[Tags.Length..],
        _ when reference.StartsWith("refs/", StringComparison.Ordinal) => null,
        _ => reference,
    };

    private static bool TryReadRegistry(WebhookRequest request, out string? registry, out string? problem)
    {
        registry = null;
        problem = null;
        var name = RegistryParameters.FirstOrDefault(request.Query.ContainsKey);
        if (name is null)
            return true;
        var text = request.Parameter(name);
        if (text is null)
            problem = $"parameter {name} of the URL is empty or there several times, expected is the host of a registry";
        else if (!IsRegistry(text, out registry))
            problem = $"parameter {name} of the URL is '{Clean(text)}', expected is the host of a registry with an optional port, such as registry.example.com:5000";
        return problem is null;
    }

    /// <summary>By the grammar of image names: what has no dot, no port and is not <c>localhost</c> would be a path on Docker Hub.</summary>
    private static bool IsRegistry(string text, out string? registry)
    {
        registry = null;
        if (text.Contains('/', StringComparison.Ordinal) || !RepositoryName.TryParse($"{text.ToLowerInvariant()}/library/x", out var name, out _) || name.Path != "library/x")
            return false;
        registry = name.Registry;
        return true;
    }

    private static bool TryRead(SentImage image, string host, out PushedImage? read, out string? problem)
    {
        read = null;
        Tag? tag = null;
        Digest? digest = null;
        if (!IsRegistry(host, out var registry))
        {
            problem = $"registry '{Clean(host)}' is not the host of a registry with an optional port, such as registry.example.com:5000; add registry=<host> to the URL of the webhook";
            return false;
        }

        if (!RepositoryName.TryParse($"{registry}/{image.Path}", out var repository, out problem)
            || (!string.IsNullOrEmpty(image.Tag) && !Tag.TryParse(image.Tag, out tag, out problem))
            || (!string.IsNullOrEmpty(image.Digest) && !Digest.TryParse(image.Digest, out digest, out problem)))
        {
            problem = Clean(problem!);
            return false;
        }

        read = new PushedImage(repository!, tag, digest) { AndBelow = image.AndBelow };
        return true;
    }
}
