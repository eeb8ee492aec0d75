using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;
using GitOpsBumper.Core.Schedules;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Controller;

/// <summary>One application on its way through one cycle: what it asks for, and what has come of it so far.</summary>
internal sealed class ApplicationWork(ApplicationSnapshot application, ApplicationPolicy policy)
{
    public ApplicationSnapshot Application { get; private set; } = application;

    public ApplicationPolicy Policy { get; private set; } = policy;

    /// <summary>Where it writes to; null when a problem left it open, and with method argocd.</summary>
    public GitRemote? Remote { get; init; }

    /// <summary>In normal form and without user information; null when a problem left it open, and with method argocd.</summary>
    public string? Repository { get; init; }

    /// <summary>Null: the remote's default branch.</summary>
    public BranchName? WantedBranch { get; init; }

    /// <summary>Where in the repository it writes; null when a problem left it open, and with method argocd.</summary>
    public TargetPlace? Place { get; init; }

    /// <summary>Makes the name of the branch that is written to instead of the wanted one; null: changes go to that one.</summary>
    public BranchTemplate? WriteBranch { get; init; }

    /// <summary>Where its changes are proposed; null: they are written without asking.</summary>
    public ForgeTarget? Forge { get; init; }

    /// <summary>The address of the open request that proposes its changes; null: there is none.</summary>
    public string? PullRequest { get; set; }

    /// <summary>What a person wants of it instead of what is due; null: what is due.</summary>
    public HoldOrder? Order { get; set; }

    /// <summary>What was in the way of writing when it was planned; null: nothing.</summary>
    public ShutGate? Shut { get; set; }

    /// <summary>Others whose word counted when it was planned, as they were then.</summary>
    public IReadOnlyCollection<ApplicationWork> Depends { get; set; } = [];

    /// <summary>Where changes go, or would go if they went to the wanted branch; null until the repository has said what its default branch is.</summary>
    public string? Branch { get; set; }

    public string? Commit { get; set; }

    /// <summary>What its forge did not want of its request. Stops nothing.</summary>
    private readonly List<Problem> _notes = [];

    /// <summary>Why nothing could be done for the application as a whole; null as long as nothing stands in the way.</summary>
    public string? Failure { get; private set; }

    public IReadOnlyList<PlannedImage> Images { get; private set; } = [];

    public IReadOnlyList<FileChange> Changes { get; private set; } = [];

    public void Fail(string reason)
    {
        Failure = reason;
        Changes = [];
        Commit = null;
    }

    /// <summary>What the planner made of it; a later plan, after a lost race, replaces an earlier one.</summary>
    public void Planned(IReadOnlyList<PlannedImage> images, IReadOnlyList<FileChange> changes)
    {
        Images = images;
        Changes = changes;
    }

    /// <summary>Something that was wanted for its request was not to be had.</summary>
    public void Note(string request, string sentence) => _notes.Add(new Problem(request, "", sentence));

    /// <summary>What is due is not written in this cycle, for people decide.</summary>
    public void Proposed(string reason) => Planned(
        [.. Images.Select(image => image.Decision is ImageDecision.Update or ImageDecision.Ordered ? image with { Decision = new ImageDecision.Proposed(reason) { Candidate = image.Decision.Candidate } } : image)], []);

    /// <summary>The Application was read again; what was planned from the old one counts no more.</summary>
    public void Renew(ApplicationSnapshot application, ApplicationPolicy policy)
    {
        Application = application;
        Policy = policy;
        Planned([], []);
    }

    /// <param name="written">Whether changes were pushed; otherwise they are only shown.</param>
    public DecidedApplication Decided(bool written) => new(Application, Report(written));

    /// <param name="written">Whether changes were pushed; otherwise they are only shown.</param>
    public ApplicationReport Report(bool written) => new()
    {
        Name = Application.Name,
        Repository = Repository,
        Branch = Branch,
        Commit = Commit,
        PullRequest = PullRequest,
        Problems = [.. Policy.AllProblems, .. _notes],
        Images = [.. Policy.Images.Select(image => Report(image, written))],
        Changes = Changes,
        Failure = Failure,
        Schedule = Policy.Schedule,
    };

    private ImageReport Report(ImagePolicy image, bool written)
    {
        var planned = Images.FirstOrDefault(candidate => ReferenceEquals(candidate.Policy, image));
        var decision = Decision(image, planned);
        return new ImageReport
        {
            Alias = image.Alias,
            Image = image.Image.Name,
            Strategy = StrategyWords.Word(image.Strategy.Kind),
            Constraint = image.ConstraintText,
            Current = planned?.State.CurrentText,
            Candidate = decision.Candidate?.Tag?.Text,
            Digest = decision.Candidate?.Digest?.ToString(),
            Decision = decision switch
            {
                ImageDecision.Update or ImageDecision.Ordered => written ? DecisionKind.Updated : DecisionKind.WouldUpdate,
                ImageDecision.UpToDate => DecisionKind.UpToDate,
                ImageDecision.Pinned => DecisionKind.Pinned,
                ImageDecision.Pending or ImageDecision.Proposed => DecisionKind.Pending,
                ImageDecision.Rejected => DecisionKind.Rejected,
                ImageDecision.Held => DecisionKind.Held,
                ImageDecision.NoCandidate => DecisionKind.NoCandidate,
                ImageDecision.Skipped => DecisionKind.Skipped,
                _ => DecisionKind.Failed,
            },
            Due = (decision as ImageDecision.Pending)?.Due,
            IsProposed = decision is ImageDecision.Proposed,
            Asked = (decision as ImageDecision.Pending)?.Asked,
            // What stands on a write branch may still be closed there.
            Settled = decision is ImageDecision.UpToDate && WriteBranch is null ? decision.Candidate : null,
            Built = (decision as ImageDecision.Update)?.Built,
            Reason = decision.Reason,
        };
    }

    /// <summary>What failed for the application failed for every image that was to be written, or was never looked at.</summary>
    private ImageDecision Decision(ImagePolicy image, PlannedImage? planned) => (Failure, planned?.Decision) switch
    {
        (null, { } decision) => decision,
        ({ } failure, ImageDecision.Update or ImageDecision.Ordered) => new ImageDecision.Failed(failure) { Candidate = planned.Decision.Candidate },
        (_, { } decision) => decision,
        ({ } failure, null) => new ImageDecision.Failed(image.Problems.Count > 0 ? string.Join("; ", image.Problems.Select(problem => problem.Message)) : failure),
        (null, null) => throw new InvalidOperationException($"{Application.Name} was neither planned nor failed"),
    };
}
