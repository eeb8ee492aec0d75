using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Planning.Checks;

/// <summary>
/// Lets through what is signed, where the image asks for that (<c>verify</c>). What is unsigned is held, and what could not be found out about fails;
/// nothing is asked as long as nothing is to be written.
/// </summary>
internal static class SignatureCheck
{
    /// <param name="policy">Of the image.</param>
    /// <param name="known">What the registry answered so far.</param>
    /// <param name="step">What was planned without looking at signatures.</param>
    public static PlanStep Pass(ImagePolicy policy, RegistryKnowledge known, PlanStep step)
    {
        if (policy.Verify is not { } key || step is not PlanStep.Decided { Decision: ImageDecision.Update update })
            return step;
        var (tag, digest) = (update.Value.Tag, update.Known.Digest);
        if (digest is null)
        {
            // The digest is not written, so nobody has asked for it yet; a signature is always one of a digest.
            var pointsTo = new RegistryQuestion.DigestOf(tag!);
            if (!known.TryGet(pointsTo, out var found))
                return new PlanStep.Ask([pointsTo]);
            if (found is not RegistryAnswer.DigestIs { Digest: var now })
                return Fail(update, found);
            digest = now;
        }

        var question = new RegistryQuestion.SignatureOf(digest);
        if (!known.TryGet(question, out var answer))
            return new PlanStep.Ask([question]);
        if (answer is not RegistryAnswer.Signature { Verdict: var verdict })
            return Fail(update, answer);
        return verdict.Problem is { } problem
            ? new PlanStep.Decided(new ImageDecision.Held($"{Name(tag, digest)} {problem}; it is not written until {key} has signed it") { Candidate = update.Candidate })
            : new PlanStep.Decided(update with { Reason = $"{update.Reason}; signed with {key}" });
    }

    private static PlanStep.Decided Fail(ImageDecision.Update update, RegistryAnswer answer) =>
        new(CandidatePlanner.Failed(answer).Decision with { Candidate = update.Candidate });

    private static string Name(Tag? tag, Digest digest) => tag is null ? CandidatePlanner.Short(digest) : $"{tag} ({CandidatePlanner.Short(digest)})";
}
