using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Adapters.Git;

/// <summary>A commit to be made on top of the one before it.</summary>
/// <param name="Message">Subject, body and trailers.</param>
/// <param name="Files">New contents, one per path.</param>
public sealed record NewCommit(string Message, IReadOnlyList<FileWrite> Files);

/// <param name="Path">Of the file.</param>
/// <param name="Executable">Keeps the mode that the file has.</param>
/// <param name="Content">All of it.</param>
public sealed record FileWrite(RepositoryPath Path, bool Executable, ReadOnlyMemory<byte> Content);

/// <param name="Branch">That they are made for.</param>
/// <param name="Tip">What the first one stands on.</param>
/// <param name="Commits">Each on top of the one before it.</param>
public sealed record CommitSeries(BranchName Branch, CommitId Tip, IReadOnlyList<NewCommit> Commits);

/// <summary>A branch to be moved on the server.</summary>
/// <param name="Branch">To move.</param>
/// <param name="Expected">Where it must still be: the lease. Null: it must not be there yet.</param>
/// <param name="Next">Where it is to be; what it leaves behind is gone. Null: it is deleted.</param>
public sealed record RefUpdate(BranchName Branch, CommitId? Expected, CommitId? Next);

/// <param name="Expected">Where the branch must still be; null: it must not be there yet.</param>
public sealed record PushLease(CommitId? Expected);

/// <param name="Outcome">What became of it.</param>
/// <param name="Said">What git and the server printed.</param>
public sealed record ProposalOutcome(PushOutcome Outcome, string Said);

/// <summary>What became of a <see cref="RefUpdate"/>.</summary>
public abstract record PushOutcome
{
    private PushOutcome()
    {
    }

    public sealed record Pushed : PushOutcome;

    /// <summary>Somebody else moved the branch first.</summary>
    public sealed record LostRace : PushOutcome;

    /// <summary>The server does not want it: protected branch, hook, permission. The reason is the server's.</summary>
    public sealed record Rejected(string Reason) : PushOutcome;
}
