using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Checks;

namespace GitOpsBumper.Controller.Approvals;

/// <summary>Whether people have approved what is to be written. Where it is proposed, merging is the approval.</summary>
/// <param name="time">Approvals may come too late.</param>
/// <param name="key">Of votes, as it is now.</param>
internal sealed class ApprovalGate(TimeProvider time, Func<ApprovalKey?> key)
{
    /// <summary>The image, or that it waits.</summary>
    public PlannedImage Wait(ApplicationWork work, PlannedImage image) =>
        IsFree(work) ? image : ApprovalCheck.Wait(image, work.Application.Name, image.Policy.Approval is null ? null : key(), time.GetUtcNow());

    /// <summary>Why something waits that another application writes to the same place; null: it does not.</summary>
    /// <param name="writer">Wants to write.</param>
    /// <param name="other">Writes there as well.</param>
    /// <param name="policy">Of its image there.</param>
    /// <param name="update">To be written.</param>
    public ImageDecision.Pending? Find(ApplicationWork writer, ApplicationWork other, ImagePolicy policy, ImageDecision.Update update)
    {
        if (policy is { Approval: null } or { Pin: not null })
            return null;
        if (other.Forge is not null)
        {
            return writer.Forge is not null ? null : new ImageDecision.Pending(null, $"{update.Value} waits for the merge of the request of Application {other.Application.Name}, which writes to the same place and asks for approval")
            {
                Candidate = update.Candidate,
                Waiting = update.Waiting,
            };
        }

        if (ApprovalCheck.Wait(policy, update, other.Application.Name, key(), time.GetUtcNow()) is not ImageDecision.Pending pending)
            return null;
        var advice = update.Known.Digest is null
            ? "; which digest that would be is not looked up for an image that asks for no approval itself: give it gitopsbumper.io/<alias>.approval: required, or pin-digest"
            : "";
        return pending with { Asked = null, Reason = $"{pending.Reason} (for Application {other.Application.Name}, which writes to the same place{advice})" };
    }

    /// <summary>A person ordered it or will merge it, or nothing is written in any case.</summary>
    private static bool IsFree(ApplicationWork work) => work.Order is not null || work.Forge is not null || work.Shut is { IsForGood: true };
}
