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
    /// <param name="other">Writes there as well.</param>
    /// <param name="policy">Of its image there.</param>
    /// <param name="update">To be written.</param>
    public ImageDecision.Pending? Find(ApplicationWork other, ImagePolicy policy, ImageDecision.Update update)
    {
        if (other.Forge is not null || policy is { Approval: null } or { Pin: not null })
            return null;
        return ApprovalCheck.Wait(policy, update, other.Application.Name, key(), time.GetUtcNow()) is ImageDecision.Pending pending
            ? pending with { Asked = null, Reason = $"{pending.Reason} (for Application {other.Application.Name}, which writes to the same place)" }
            : null;
    }

    /// <summary>A person ordered it or will merge it, or nothing is written in any case.</summary>
    private static bool IsFree(ApplicationWork work) => work.Order is not null || work.Forge is not null || work.Shut is { IsForGood: true };
}
