using System.Collections.Immutable;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning.Checks;
using GitOpsBumper.Core.Planning.Cooling;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Planning;

/// <summary>The planner of images that nobody holds: the newest allowed version against the current value.</summary>
internal static class CandidatePlanner
{
    public static PlanStep Plan(ImagePolicy policy, ImageState state, RegistryKnowledge known) => policy.MinAge is { } minAge
        ? new CoolingPlanner(policy, state, known, minAge).Plan(young => PlanAmong(policy, state, known, young))
        : PlanAmong(policy, state, known, ImmutableHashSet<Tag>.Empty);

    /// <summary>What a person took back is not written again.</summary>
    private static PlanStep PlanAmong(ImagePolicy policy, ImageState state, RegistryKnowledge known, IReadOnlySet<Tag> leftOut)
    {
        var step = ApprovalCheck.Know(policy, known, PlanNewest(policy, state, known, leftOut));
        if (step is not PlanStep.Decided { Decision: ImageDecision.Update update })
            return step;
        if (RejectionCheck.FindHold(policy, state) is { } held)
            return new PlanStep.Decided(new ImageDecision.Rejected(RejectionCheck.HoldReason(update, held)) { Candidate = update.Candidate });
        return RejectionCheck.Find(policy, state, update) is { } rejected ? PlanRejected(policy, state, known, update, rejected) : step;
    }

    private static PlanStep PlanNewest(ImagePolicy policy, ImageState state, RegistryKnowledge known, IReadOnlySet<Tag> leftOut)
    {
        if (policy.Strategy is DigestStrategy digest)
            return PlanDigest(policy, state, digest.Wanted, known);
        if (!KeptVariant.TryResolve(policy, state, out var resolved, out var problem))
            return new PlanStep.Decided(new ImageDecision.Failed(problem));
        policy = resolved;
        if (!known.TryGet(RegistryQuestion.TagList.Instance, out var answer))
            return new PlanStep.Ask([RegistryQuestion.TagList.Instance]);
        if (answer is not RegistryAnswer.Tags { All: var tags })
            return Failed(answer);
        var selection = TagSelector.Select(policy.Strategy, policy.Filter, tags).Without(leftOut);
        if (selection.Eligible.Count == 0)
            return NoCandidate(selection.Summary);
        return policy.Strategy.NeedsBuildDate
            ? PlanByDate(policy, state, selection, known)
            : WithDoubt(PlanByName(policy, state, selection, known), selection.Doubt);
    }

    private static PlanStep WithDoubt(PlanStep step, string? doubt) => doubt is not null && step is PlanStep.Decided { Decision: var decision }
        ? new PlanStep.Decided(decision with { Reason = $"{decision.Reason}; {doubt}" })
        : step;

    /// <summary>The written form of a version, by the image's digest format.</summary>
    public static ImageVersion Format(ImagePolicy policy, Tag tag, Digest? digest) => digest is null || !policy.WritesDigest
        ? new ImageVersion(tag, null)
        : policy.DigestFormat switch
        {
            DigestFormat.TagAtDigest => new ImageVersion(tag, digest),
            DigestFormat.Digest => new ImageVersion(null, digest),
            _ => new ImageVersion(tag, null),
        };

    /// <summary>Nothing older takes its place: it would be a step that nobody asked for. The digest of the tag that stays may still be due.</summary>
    private static PlanStep PlanRejected(ImagePolicy policy, ImageState state, RegistryKnowledge known, ImageDecision.Update update, RejectedVersion rejected)
    {
        var decided = new PlanStep.Decided(new ImageDecision.Rejected(RejectionCheck.Reason(update, rejected)) { Candidate = update.Candidate });
        if (policy.Strategy is DigestStrategy || update.Chosen is not { } tag)
            return decided;
        return Keep(policy, state, tag, decided.Decision.Reason, known) switch
        {
            PlanStep.Decided { Decision: ImageDecision.Update kept } step when RejectionCheck.Find(policy, state, kept) is null => step,
            PlanStep.Decided => decided,
            var open => open,
        };
    }

    private static PlanStep PlanDigest(ImagePolicy policy, ImageState state, Tag wanted, RegistryKnowledge known)
    {
        var question = new RegistryQuestion.DigestOf(wanted);
        if (!known.TryGet(question, out var answer))
            return new PlanStep.Ask([question]);
        if (answer is RegistryAnswer.Missing)
            return NoCandidate($"{policy.Image.Name} has no tag '{wanted}'");
        if (answer is not RegistryAnswer.DigestIs { Digest: var digest })
            return Failed(answer);
        var value = Format(policy, wanted, digest);
        if (!state.IsIncomplete && state.Current.Count > 0 && state.Current.All(current => current == value || current.Digest == digest))
            return UpToDate(value, $"{wanted} still points to {Short(digest)}");
        if (Platform(policy, wanted, known) is { } notYet)
            return notYet is PlanStep.Decided { Decision: ImageDecision.NoCandidate none } ? NoCandidate(none.Reason) : notYet;
        return Update(policy, wanted, value, known, $"{wanted} points to {Short(digest)}, {Was(state)}");
    }

    private static PlanStep PlanByName(ImagePolicy policy, ImageState state, TagSelection selection, RegistryKnowledge known)
    {
        string? wrongPlatform = null;
        if (LoneDigest.Name(policy, ref state, selection.Eligible, known) is { } unnamed)
            return unnamed;
        foreach (var tag in selection.Eligible)
        {
            var standing = Standing.Of(policy, state, new TagCandidate(tag, null), CurrentWithoutDates(state));
            if (!standing.IsUpdate)
                return Keep(policy, state, tag, standing.Reason, known);
            if (Platform(policy, tag, known) is not { } notYet)
                return Choose(policy, state, tag, standing.Reason, known);
            if (notYet is not PlanStep.Decided { Decision: ImageDecision.NoCandidate none })
                return notYet;
            wrongPlatform ??= none.Reason;
        }

        return NoCandidate($"{selection.Summary}; {wrongPlatform}");
    }

    private static PlanStep PlanByDate(ImagePolicy policy, ImageState state, TagSelection selection, RegistryKnowledge known)
    {
        var open = selection.Eligible.Select(tag => new RegistryQuestion.BuildOf(tag)).Where(question => !known.TryGet(question, out _)).ToList();
        if (open.Count > 0)
            return new PlanStep.Ask(open);
        var candidates = new List<TagCandidate>(selection.Eligible.Count);
        foreach (var tag in selection.Eligible)
        {
            known.TryGet(new RegistryQuestion.BuildOf(tag), out var answer);
            if (answer is not RegistryAnswer.Build { Facts: var build })
                return Failed(answer);
            if (build.RunsOn(policy.Platforms) && build.CreatedFor(policy.Platforms) is { } created)
                candidates.Add(new TagCandidate(tag, created));
        }

        if (candidates.Count == 0)
            return NoCandidate($"{selection.Summary}; none of the {selection.Eligible.Count} tags left has a build date for {Names(policy.Platforms)}");
        var ranked = TagSelector.Rank(policy.Strategy, candidates);
        var best = ranked[0];
        if (LoneDigest.Name(policy, ref state, [.. ranked.Select(candidate => candidate.Tag)], known) is { } unnamed)
            return unnamed;
        var currents = new List<TagCandidate>();
        foreach (var tag in state.Current.Select(version => version.Tag).OfType<Tag>().Distinct())
        {
            var question = new RegistryQuestion.BuildOf(tag);
            if (tag == best.Tag)
                currents.Add(best);
            else if (!known.TryGet(question, out var answer))
                return new PlanStep.Ask([question]);
            else if (answer is RegistryAnswer.Failed)
                return Failed(answer);
            else
                currents.Add(new TagCandidate(tag, (answer as RegistryAnswer.Build)?.Facts.CreatedFor(policy.Platforms)));
        }

        var standing = Standing.Of(policy, state, best, currents);
        return standing.IsUpdate ? Choose(policy, state, best.Tag, standing.Reason, known) : Keep(policy, state, best.Tag, standing.Reason, known);
    }

    private static List<TagCandidate> CurrentWithoutDates(ImageState state) =>
        [.. state.Current.Select(version => version.Tag).OfType<Tag>().Select(tag => new TagCandidate(tag, null))];

    /// <summary>Writes the chosen tag, with its digest where the image wants one.</summary>
    private static PlanStep Choose(ImagePolicy policy, ImageState state, Tag tag, string reason, RegistryKnowledge known)
    {
        if (!policy.WritesDigest)
            return Update(policy, tag, new ImageVersion(tag, null), known, reason);
        if (Digest(tag, known, out var digest) is { } notYet)
            return notYet;
        var value = Format(policy, tag, digest);
        return !state.IsIncomplete && state.Current.Count > 0 && state.Current.All(current => current == value)
            ? UpToDate(value, $"{tag} is the newest allowed tag, and still points to {Short(digest!)}")
            : Update(policy, tag, value, known, reason);
    }

    /// <summary>The tag stays, and is written where places that are to say it say nothing; with <c>pin-digest</c> its digest still has to be written when it is missing or the tag was pushed again.</summary>
    private static PlanStep Keep(ImagePolicy policy, ImageState state, Tag candidate, string reason, RegistryKnowledge known)
    {
        var shown = new ImageVersion(candidate, null);
        if (!state.IsWritten || state.Current is not [{ Tag: { } kept } current])
            return UpToDate(shown, reason);
        if (!policy.WritesDigest)
            return state.IsIncomplete ? Update(policy, kept, current, known, Missing(kept)) : UpToDate(shown, reason);
        // A digest alone does not tell which tag it was: a tag that is kept against the candidate would be forgotten, and lose against it next time.
        if (policy.DigestFormat == DigestFormat.Digest && kept != candidate)
            return UpToDate(shown, reason);
        if (Digest(kept, known, out var digest) is { } notYet)
            return notYet;
        if (current.Digest == digest)
            return state.IsIncomplete ? Update(policy, kept, Format(policy, kept, digest), known, Missing(kept)) : UpToDate(Format(policy, kept, digest), reason);
        return Update(policy, kept, Format(policy, kept, digest), known, $"{kept} points to {Short(digest!)}, {Was(state)}");
    }

    private static PlanStep? Digest(Tag tag, RegistryKnowledge known, out Digest? digest)
    {
        digest = null;
        var question = new RegistryQuestion.DigestOf(tag);
        if (!known.TryGet(question, out var answer))
            return new PlanStep.Ask([question]);
        digest = (answer as RegistryAnswer.DigestIs)?.Digest;
        return digest is null ? Failed(answer) : null;
    }

    /// <summary>Null when the tag runs on a wanted platform.</summary>
    private static PlanStep? Platform(ImagePolicy policy, Tag tag, RegistryKnowledge known)
    {
        if (policy.Platforms.Count == 0)
            return null;
        var question = new RegistryQuestion.BuildOf(tag);
        if (!known.TryGet(question, out var answer))
            return new PlanStep.Ask([question]);
        if (answer is not RegistryAnswer.Build { Facts: var build })
            return Failed(answer);
        return build.RunsOn(policy.Platforms) ? null : NoCandidate($"{tag} is not built for {Names(policy.Platforms)}");
    }

    private static string Missing(Tag kept) => $"{kept} stays, and is written where a place that is to say it says no version";

    private static string Names(IReadOnlyList<Platform> platforms) => platforms.Count == 0 ? "any platform" : string.Join(", ", platforms);

    private static string Was(ImageState state) => state.CurrentText is null ? "nothing is written yet" : state.IsWritten ? $"{state.CurrentText} is written" : $"{state.CurrentText} runs";

    public static string Short(Digest digest) => $"{digest.Algorithm}:{digest.Hex[..12]}";

    private static PlanStep.Decided Update(ImagePolicy policy, Tag tag, ImageVersion value, RegistryKnowledge known, string reason)
    {
        // Nothing is asked for this: it is told where the choice depended on it.
        var built = known.TryGet(new RegistryQuestion.BuildOf(tag), out var answer) && answer is RegistryAnswer.Build { Facts: var build } ? build.CreatedFor(policy.Platforms) : null;
        return new PlanStep.Decided(new ImageDecision.Update(value, reason) { Candidate = value, Built = built, Chosen = tag });
    }

    public static PlanStep.Decided UpToDate(ImageVersion candidate, string reason) => new(new ImageDecision.UpToDate(reason) { Candidate = candidate });

    private static PlanStep.Decided NoCandidate(string reason) => new(new ImageDecision.NoCandidate(reason));

    public static PlanStep.Decided Failed(RegistryAnswer? answer) => new(new ImageDecision.Failed(answer switch
    {
        RegistryAnswer.Missing missing => missing.Reason,
        RegistryAnswer.Failed failed => failed.Reason,
        _ => throw new InvalidOperationException($"the answer {answer} does not fit its question"),
    }));
}
