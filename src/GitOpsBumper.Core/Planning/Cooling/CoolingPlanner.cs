using System.Globalization;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Planning.Cooling;

/// <summary>
/// The planner of images with <c>min-age</c>: what is younger is left out, and the newest that is old enough is taken. Asks for the age of what would be written, and of nothing else.
/// </summary>
internal sealed class CoolingPlanner(ImagePolicy policy, ImageState state, RegistryKnowledge known, TimeSpan minAge)
{
    /// <summary>So many too young ones in a row, and nobody looks further.</summary>
    private const int MaxYoung = 50;

    private readonly HashSet<Tag> _young = [];
    private readonly List<WaitingTag> _waiting = [];
    private ImageDecision.Pending? _pending;

    /// <param name="among">Plans as if certain tags were not there.</param>
    public PlanStep Plan(Func<IReadOnlySet<Tag>, PlanStep> among)
    {
        while (true)
        {
            var step = among(_young);
            if (step is PlanStep.Ask or PlanStep.Decided { Decision: ImageDecision.Failed })
                return step;
            if (step is not PlanStep.Decided { Decision: ImageDecision.Update update } || update.Chosen is not { } tag)
                return Pending() ?? step;
            if (!known.TryGet(new RegistryQuestion.AgeOf(tag), out var answer))
                return new PlanStep.Ask([new RegistryQuestion.AgeOf(tag)]);
            if (answer is not RegistryAnswer.Age { Known: var age })
                return CandidatePlanner.Failed(answer);
            if (update.Value.Digest is { } digest && digest != age.Digest)
                return new PlanStep.Decided(new ImageDecision.Failed($"{tag} was moved while it was looked at; the next cycle looks again") { Candidate = update.Candidate });
            if (_young.Count > 0 && !IsStepUp(tag))
                return Pending()!;
            var due = Due(age);
            if (due <= known.Now)
                return _pending is null ? step : new PlanStep.Decided(update with { Reason = $"{update.Reason}; {_pending.Reason}", Waiting = _waiting });
            Postpone(update, tag, age, due);
            // The digest of one tag is followed, or that of the tag that stays: there is no older one to take instead.
            if (policy.Strategy is DigestStrategy || state.Current.Any(current => current.Tag == tag) || !_young.Add(tag) || _young.Count >= MaxYoung)
                return Pending()!;
        }
    }

    /// <summary>
    /// Whether a tag that is taken instead of a younger one is not older than the current value. Where nobody can tell it is none: it would be a step down now and up again later. A digest
    /// that stands alone has been found among the tags already, unless the policy allows for going down.
    /// </summary>
    private bool IsStepUp(Tag tag) => state.Current.All(current => current.Tag is not { } written
        ? !policy.AllowDowngrade
        : policy.Strategy.NeedsBuildDate ? HasDate(written) : policy.Strategy.Compare(new TagCandidate(tag, null), new TagCandidate(written, null)) is >= 0);

    /// <summary>By dates the planner itself has put it behind what is taken.</summary>
    private bool HasDate(Tag tag) => known.TryGet(new RegistryQuestion.BuildOf(tag), out var answer) && answer is RegistryAnswer.Build { Facts: var build } && build.CreatedFor(policy.Platforms) is not null;

    /// <summary>Far away rather than past the end of all calendars.</summary>
    private DateTimeOffset Due(ImageAge age) => age.Since > DateTimeOffset.MaxValue - minAge ? DateTimeOffset.MaxValue : age.Since + minAge;

    private PlanStep.Decided? Pending() => _pending is null ? null : new PlanStep.Decided(_pending with { Waiting = _waiting });

    private void Postpone(ImageDecision.Update update, Tag tag, ImageAge age, DateTimeOffset due)
    {
        var since = age.Source switch
        {
            AgeSource.Pushed => "was pushed",
            AgeSource.Built => "was built",
            _ => "was first seen",
        };
        var waiting = new WaitingTag(tag, string.Create(
            CultureInfo.InvariantCulture, $"{since} on {age.Since.UtcDateTime:yyyy-MM-dd HH:mm}Z and is due on {due.UtcDateTime:yyyy-MM-dd HH:mm}Z (min-age {GoDuration.Format(minAge)})"));
        _waiting.Add(waiting);
        _pending ??= new ImageDecision.Pending(due, waiting.ToString()) { Candidate = update.Candidate };
    }
}
