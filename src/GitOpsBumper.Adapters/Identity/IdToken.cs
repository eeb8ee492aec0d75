namespace GitOpsBumper.Adapters.Identity;

/// <summary>What a token says that was verified.</summary>
/// <param name="Issuer">Who vouches for it.</param>
/// <param name="Claims">Each with its values; of several kinds are texts, numbers and truth values, as text.</param>
public sealed record IdToken(string Issuer, IReadOnlyDictionary<string, IReadOnlyList<string>> Claims)
{
    /// <summary>The only value; null when there is none or there are several.</summary>
    public string? Claim(string name) => Claims.TryGetValue(name, out var values) && values is [var only] ? only : null;
}
