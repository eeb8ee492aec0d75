using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Controller;

/// <summary>Tells of every tag of an image at which step it fell; the tag list is the one that the decision was made from.</summary>
internal sealed class TagExplainer(RegistryAnswers answers)
{
    public async Task<IReadOnlyList<TagVerdict>> ExplainAsync(
        NamespacedName application, ImagePolicy image, ImageState state, ImageDecision decision, CancellationToken cancellationToken)
    {
        // The digest strategy looks at one tag alone; a list would be a request that the bot itself never makes.
        if (image.Strategy is DigestStrategy || image.Problems.Count > 0 || !KeptVariant.TryResolve(image, state, out var resolved, out _))
            return [];
        if (await answers.AskAsync(application, image, RegistryQuestion.TagList.Instance, cancellationToken) is not RegistryAnswer.Tags { All: var tags })
            return [];
        var chosen = decision.Candidate?.Tag;
        return [.. TagSelector.Explain(resolved.Strategy, resolved.Filter, tags).Select(verdict => verdict switch
        {
            { Step: SelectionStep.Chosen or SelectionStep.Outranked } when RejectedVersion.Find(state.Rejected, new ImageVersion(verdict.Tag, null)) is { } rejected =>
                verdict with { Step = SelectionStep.Rejected, Reason = rejected.Story },
            { Step: SelectionStep.Chosen or SelectionStep.Outranked } when decision.Waiting.FirstOrDefault(waiting => waiting.Tag == verdict.Tag) is { } waiting =>
                verdict with { Step = SelectionStep.Pending, Reason = waiting.Reason },
            { Step: SelectionStep.Chosen or SelectionStep.Outranked } when verdict.Tag == chosen && decision is ImageDecision.Held =>
                verdict with { Step = SelectionStep.Held, Reason = "the newest allowed tag" },
            { Step: SelectionStep.Chosen or SelectionStep.Outranked } when verdict.Tag == chosen => verdict with { Step = SelectionStep.Chosen, Reason = "the newest allowed tag" },
            { Step: SelectionStep.Chosen } => verdict with { Step = SelectionStep.Outranked, Reason = chosen is null ? "not written" : $"{chosen} was chosen" },
            _ => verdict,
        })];
    }
}
