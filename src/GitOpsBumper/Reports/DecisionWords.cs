using GitOpsBumper.Controller;

namespace GitOpsBumper.Reports;

/// <summary>The words of the documented report.</summary>
internal static class DecisionWords
{
    public static string Word(DecisionKind kind) => kind switch
    {
        DecisionKind.Updated => "updated",
        DecisionKind.WouldUpdate => "would-update",
        DecisionKind.Pinned => "pinned",
        DecisionKind.Rejected => "rejected",
        DecisionKind.Pending => "pending",
        DecisionKind.Held => "held",
        DecisionKind.UpToDate => "up-to-date",
        DecisionKind.NoCandidate => "no-candidate",
        DecisionKind.Skipped => "skipped",
        _ => "failed",
    };

    public static string Colour(DecisionKind kind) => kind switch
    {
        DecisionKind.Updated or DecisionKind.WouldUpdate => "green",
        DecisionKind.Pinned or DecisionKind.Rejected or DecisionKind.Pending => "blue",
        DecisionKind.Held or DecisionKind.NoCandidate => "yellow",
        DecisionKind.Failed => "red",
        _ => "grey",
    };
}
