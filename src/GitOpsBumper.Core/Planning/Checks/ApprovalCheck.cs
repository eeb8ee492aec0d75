using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;

namespace GitOpsBumper.Core.Planning.Checks;

/// <summary>
/// Lets wait what nobody has approved, where the image asks for that (<c>approval</c>). Last of all, when it is known that it would be written and was not taken back: nobody is asked about what
/// is not written anyway. What a person orders, and the annotation <c>pin</c>, need no approval.
/// </summary>
public static class ApprovalCheck
{
    /// <summary>What is approved is a digest, also where none is written.</summary>
    /// <param name="policy">Of the image.</param>
    /// <param name="known">What the registry answered so far.</param>
    /// <param name="step">What was planned without looking at approvals.</param>
    internal static PlanStep Know(ImagePolicy policy, RegistryKnowledge known, PlanStep step)
    {
        if (policy.Approval is null || step is not PlanStep.Decided { Decision: ImageDecision.Update { Known: { Digest: null, Tag: { } tag } } update })
            return step;
        var question = new RegistryQuestion.DigestOf(tag);
        if (!known.TryGet(question, out var answer))
            return new PlanStep.Ask([question]);
        return answer is RegistryAnswer.DigestIs { Digest: var digest }
            ? new PlanStep.Decided(update with { Digest = digest })
            : new PlanStep.Decided(CandidatePlanner.Failed(answer).Decision with { Candidate = update.Candidate });
    }

    /// <param name="image">As it was decided without regard to approvals.</param>
    /// <param name="application">Whose it is.</param>
    /// <param name="key">Of votes; null: there is none.</param>
    /// <param name="now">Approvals may come too late.</param>
    public static PlannedImage Wait(PlannedImage image, NamespacedName application, ApprovalKey? key, DateTimeOffset now) =>
        image is { Decision: ImageDecision.Update update, Policy: { Pin: null, Approval: not null } } && !IsThere(image.State, update)
            ? image with { Decision = Wait(image.Policy, update, application, key, now) }
            : image;

    /// <summary>The update, or why it waits.</summary>
    /// <param name="policy">Of the image that asks for approval.</param>
    /// <param name="update">To be written, there or to the same place for somebody else.</param>
    /// <param name="application">Whose image it is.</param>
    /// <param name="key">Of votes; null: there is none.</param>
    /// <param name="now">Approvals may come too late.</param>
    public static ImageDecision Wait(ImagePolicy policy, ImageDecision.Update update, NamespacedName application, ApprovalKey? key, DateTimeOffset now)
    {
        // Whoever shares the place and asks for no approval has not looked the digest up: it is written by whom it is approved for.
        if (update.Known is not { Tag: not null, Digest: not null } version)
            return new ImageDecision.Pending(null, $"{update.Value} waits for approval") { Candidate = update.Candidate, Waiting = update.Waiting };
        var verdict = ApprovalJudge.Judge(new ApprovalCase
        {
            Application = application,
            Alias = policy.Alias,
            Policy = policy.Approval ?? throw new ArgumentException($"{policy.DisplayAlias} asks for no approval", nameof(policy)),
            State = policy.Approvals,
            Version = version,
            Key = key,
            Now = now,
        });
        return verdict switch
        {
            ApprovalVerdict.Approved { By: var by } => update with { ApprovedBy = by, Reason = $"{update.Reason}; approved by {string.Join(" and ", by)}" },
            ApprovalVerdict.Waiting waiting => new ImageDecision.Pending(waiting.Version.IsExpired ? null : waiting.Version.Until, waiting.Reason)
            {
                Candidate = version,
                Waiting = update.Waiting,
                Asked = waiting.Version,
            },
            _ => throw new InvalidOperationException($"{verdict.GetType().Name} is no verdict that is known"),
        };
    }

    /// <summary>The version stands there, and comes to where it was missing.</summary>
    public static bool IsThere(ImageState state, ImageDecision.Update update) => state is { IsWritten: true, Current: [var only] } && only == update.Value;
}
