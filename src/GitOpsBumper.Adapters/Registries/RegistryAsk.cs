using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>One request for something of a repository, before it is known how the registry wants to be convinced.</summary>
internal sealed record RegistryAsk(RepositoryName Repository, UserCredential? Credential, HttpMethod Method, Uri Url)
{
    public required RequestKind Kind { get; init; }

    public string? Accept { get; init; }

    /// <summary>See <see cref="Http.HttpCall.IfNoneMatch"/>.</summary>
    public string? IfNoneMatch { get; init; }
}

/// <summary>What requests are counted as, and how long an answer each may have.</summary>
internal sealed record RequestKind(string Name, int MaxBytes)
{
    private const int MiB = 1024 * 1024;

    public static RequestKind Tags { get; } = new("tags", 16 * MiB);

    public static RequestKind Digest { get; } = new("digest", 4 * MiB);

    public static RequestKind Manifest { get; } = new("manifest", 4 * MiB);

    public static RequestKind Config { get; } = new("config", 8 * MiB);

    public static RequestKind Age { get; } = new("age", 1 * MiB);

    public static RequestKind Referrers { get; } = new("referrers", 4 * MiB);

    /// <summary>The payload of a signature, or a bundle.</summary>
    public static RequestKind Signature { get; } = new("signature", ImageSignature.MaxBytes);

    public static RequestKind Token { get; } = new("token", 1 * MiB);
}
