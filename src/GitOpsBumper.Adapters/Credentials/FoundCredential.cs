using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>What a registry is asked with, and where that is from.</summary>
/// <param name="Credential">Null: nothing.</param>
/// <param name="Source">For people, without secrets.</param>
public sealed record FoundCredential(UserCredential? Credential, string Source)
{
    /// <summary>The source where there is no credential.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Nobody named it: where it is refused, what everybody may see is still to be had without it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Why there is none although there should be; null: there is nothing to say.</summary>
    public string? Note { get; init; }
}
