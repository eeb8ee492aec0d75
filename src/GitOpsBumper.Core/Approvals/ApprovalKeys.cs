namespace GitOpsBumper.Core.Approvals;

/// <summary>The names of the annotations that people and the bot keep the state of approvals in, behind the alias.</summary>
public static class ApprovalKeys
{
    /// <summary>The version that may be written, as people say.</summary>
    public const string Approved = "approved";

    /// <summary>The version that may not, and why.</summary>
    public const string Rejected = "rejected";

    /// <summary>The version that waits, and since when: of the bot.</summary>
    public const string Request = "approval-request";

    /// <summary>The votes for it: of the bot.</summary>
    public const string Votes = "approvals";
}
