using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Approvals;

/// <summary>A version that is not written before somebody approves it.</summary>
/// <param name="Version">With its digest; without one where nothing is written in any case.</param>
/// <param name="Policy">What it needs; null: nothing helps, for the application is only told of.</param>
/// <param name="By">Who has approved it so far.</param>
public sealed record WaitingVersion(ImageVersion Version, ApprovalPolicy? Policy, IReadOnlyList<string> By)
{
    /// <summary>How long it may wait; null: for ever, or nobody has written down since when it does.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>It has waited for too long: nobody is reminded.</summary>
    public bool IsExpired { get; init; }

    /// <summary>How many more people have to approve it.</summary>
    public int Missing => Policy is null ? 0 : Math.Max(0, Policy.Votes - By.Count);

    /// <summary>For people: the tag, and the beginning of the digest.</summary>
    public string Name => Version is { Tag: { } tag, Digest: { } digest } ? $"{tag} ({digest.Algorithm}:{digest.Hex[..12]})" : $"{Version}";
}
