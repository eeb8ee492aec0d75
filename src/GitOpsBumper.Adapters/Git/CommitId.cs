namespace GitOpsBumper.Adapters.Git;

/// <summary>The object id of a commit: 40 hex digits, or 64 in a SHA-256 repository.</summary>
public sealed record CommitId
{
    private CommitId(string hex) => Hex = hex;

    /// <summary>Lower case.</summary>
    public string Hex { get; }

    /// <summary>Null when the text is no object id.</summary>
    public static CommitId? Parse(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower) ? new CommitId(text) : null;

    public override string ToString() => Hex;
}
