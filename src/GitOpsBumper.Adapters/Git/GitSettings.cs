using GitOpsBumper.Adapters.Git.Signing;

namespace GitOpsBumper.Adapters.Git;

/// <summary>A person, or a bot.</summary>
/// <param name="Name">Without angle brackets and line breaks.</param>
/// <param name="Email">Likewise.</param>
public sealed record GitIdentity(string Name, string Email);

/// <summary>Who commits are by.</summary>
public sealed record CommitIdentity(GitIdentity Author, GitIdentity Committer)
{
    /// <summary>Null: they are not signed.</summary>
    public CommitSigning? Signing { get; init; }
}

public sealed record GitSettings
{
    /// <summary>Where clones are kept between runs; null: in a private temporary folder that is removed at the end.</summary>
    public string? CacheDir { get; init; }

    /// <summary>Bytes that all clones together may take when nobody works with them; 0: any number.</summary>
    public long MaxCacheBytes { get; init; }

    /// <summary>Of one git process.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}
