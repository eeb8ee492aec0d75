namespace GitOpsBumper.Webhooks.Senders;

/// <summary>An image in the words of a sender: nothing of it has been checked.</summary>
/// <param name="Registry">Null: the sender does not say.</param>
/// <param name="Path">On the registry.</param>
/// <param name="Tag">Null or empty: not known.</param>
/// <param name="Digest">Null or empty: not known.</param>
internal sealed record SentImage(string? Registry, string Path, string? Tag, string? Digest)
{
    /// <inheritdoc cref="PushedImage.AndBelow"/>
    public bool AndBelow { get; init; }

    /// <summary>Splits <c>registry.example.com/team/web:1.5.0@sha256:...</c>, with or without a scheme in front, tag and digest left out.</summary>
    public static (string? Registry, string Path) Split(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var text = scheme < 0 ? address : address[(scheme + 3)..];
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
            text = text[..at];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (colon > slash && slash >= 0)
            text = text[..colon];
        return slash < 0 ? (null, text) : (text[..slash], text[(slash + 1)..].TrimEnd('/'));
    }

    /// <summary>Host and port of a URL, or of an address without a scheme; null: it has none.</summary>
    public static string? HostOf(string? address) => Split($"{address}/").Registry is { Length: > 0 } host ? host : null;

    /// <summary>Not a tag but the digest of a part of an image, in the place of a tag: some registries know no other name of it.</summary>
    public static bool IsDigest(string tag) => tag.StartsWith("sha256:", StringComparison.Ordinal) || tag.StartsWith("sha512:", StringComparison.Ordinal);
}
