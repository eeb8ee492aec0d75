namespace GitOpsBumper.Core.Approvals;

/// <summary>That somebody has to approve each version of an image before it is written.</summary>
/// <param name="Votes">How many different people, from one.</param>
/// <param name="Groups">Of the cluster: who approves has to be in one of them. Empty: anybody who may patch the Application.</param>
/// <param name="Deadline">How long a version may wait; null: for ever.</param>
public sealed record ApprovalPolicy(int Votes, IReadOnlyList<string> Groups, TimeSpan? Deadline)
{
    public const int MaxVotes = 10;

    /// <summary>Whether only such votes count that the API server vouched for.</summary>
    public bool NeedsVotes => Votes > 1 || Groups.Count > 0;

    public bool Equals(ApprovalPolicy? other) => other is not null && Votes == other.Votes && Deadline == other.Deadline && Groups.SequenceEqual(other.Groups, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Votes, Groups.Count, Deadline);
}
