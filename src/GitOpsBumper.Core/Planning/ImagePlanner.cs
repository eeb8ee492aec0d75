using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning.Checks;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.Planning;

/// <summary>
/// Decides for one image from its policy, what git says, and what the registry answered. Pure: what it does not know yet it asks for,
/// and it asks for nothing that the decision does not depend on.
/// </summary>
public static class ImagePlanner
{
    public static PlanStep Plan(ImagePolicy policy, ImageState state, RegistryKnowledge known)
    {
        if (policy.Problems.Count > 0)
            return Decided(new ImageDecision.Failed(string.Join("; ", policy.Problems.Select(problem => $"{problem.Key}: {problem.Message}"))));
        if (!state.Deployed && !policy.ForceUpdate)
            return Decided(new ImageDecision.Skipped($"not deployed: the application does not run {policy.Image.Name}, and force-update is not set"));
        if (state.Problem is { } wrong)
            return Decided(new ImageDecision.Failed(wrong));
        if (state.Override is { } pin)
            return PlanPinned(pin, CandidatePlanner.Plan(policy, state, known));
        return policy.Pin is { } tag
            ? SignatureCheck.Pass(policy, known, PlanPinAnnotation(policy, state, tag, known))
            : SignatureCheck.Pass(policy, known, ApprovalCheck.Know(policy, known, CandidatePlanner.Plan(policy, state, known)));
    }

    /// <summary>The questions that are certain to come, whatever git says: asked while git is still being read.</summary>
    public static IReadOnlyList<RegistryQuestion> FirstQuestions(ImagePolicy policy, ApplicationSnapshot application) => policy switch
    {
        { ForceUpdate: false } when application.RunningImages?.All(running => running.Repository != policy.Image.Repository) == true => [],
        { Problems.Count: > 0 } => [],
        { Pin: not null } => [],
        { Strategy: DigestStrategy digest } => [new RegistryQuestion.DigestOf(digest.Wanted)],
        _ => [RegistryQuestion.TagList.Instance],
    };

    /// <summary>The pin holds in any case; what would have been chosen is news for the report, and its failure is no reason to fail.</summary>
    private static PlanStep PlanPinned(OverridePin pin, PlanStep otherwise)
    {
        if (otherwise is not PlanStep.Decided { Decision: var decision })
            return otherwise;
        var would = decision switch
        {
            ImageDecision.Update update => $"; {update.Value} would be chosen",
            ImageDecision.Rejected rejected => $"; {rejected.Reason}",
            { Candidate: { } candidate } => $"; {candidate} is the newest allowed",
            ImageDecision.Failed failed => $"; what would be chosen is not known: {failed.Reason}",
            _ => "",
        };
        return Decided(new ImageDecision.Pinned(pin.Value, $"pinned: {pin.Value} by {pin.Where}{would}") { Candidate = decision.Candidate });
    }

    private static PlanStep PlanPinAnnotation(ImagePolicy policy, ImageState state, Tag pin, RegistryKnowledge known)
    {
        // What merely runs is not held by anything, and a digest that is wanted has to be there.
        if (state is { IsWritten: true, IsIncomplete: false, Current: [{ Tag: { } current, Digest: var has }] } && current == pin && (has is not null || !policy.WritesDigest))
            return Decided(new ImageDecision.Pinned(pin.Text, $"pinned: {pin} by the annotation pin"));
        var question = new RegistryQuestion.DigestOf(pin);
        if (!known.TryGet(question, out var answer))
            return new PlanStep.Ask([question]);
        return Decided(answer switch
        {
            // Where digests are written alone, only the digest tells that the pin is written already.
            RegistryAnswer.DigestIs { Digest: var digest } when state is { IsWritten: true, IsIncomplete: false, Current: [var written] }
                && (written == CandidatePlanner.Format(policy, pin, digest) || (policy.WritesDigest && written.Tag is null && written.Digest == digest)) =>
                new ImageDecision.Pinned(pin.Text, $"pinned: {pin} by the annotation pin"),
            RegistryAnswer.DigestIs { Digest: var digest } =>
                new ImageDecision.Update(CandidatePlanner.Format(policy, pin, digest), $"pinned to {pin} by the annotation pin"),
            RegistryAnswer.Missing => new ImageDecision.Failed($"the annotation pin names tag '{pin}', which {policy.Image.Name} does not have"),
            RegistryAnswer.Failed failed => new ImageDecision.Failed(failed.Reason),
            _ => throw new InvalidOperationException($"{answer.GetType().Name} does not answer {question}"),
        });
    }

    private static PlanStep.Decided Decided(ImageDecision decision) => new(decision);
}
