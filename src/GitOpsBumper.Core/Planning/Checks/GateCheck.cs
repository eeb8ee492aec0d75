using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Core.Planning.Checks;

/// <summary>
/// Lets wait what would be written at a time at which nothing may be. What a person orders does not wait: on the command line, or with the annotation <c>pin</c>. The end of an override waits too, for
/// what it hides would come to light.
/// </summary>
public static class GateCheck
{
    /// <param name="image">As it was decided without regard to the time.</param>
    /// <param name="gate">What is in its way; null: nothing.</param>
    public static PlannedImage Wait(PlannedImage image, ShutGate? gate)
    {
        if (gate is null || image.Decision is ImageDecision.Ordered || (image.Policy.Pin is not null && !gate.IsForGood))
            return image;
        if (gate.IsPassed)
        {
            return image.Decision is ImageDecision.Update urgent
                ? image with { Decision = urgent with { Reason = $"{urgent.Reason}; passed as urgent, otherwise it {gate.Reason}" } }
                : image;
        }

        var isOver = WriteBackPlanner.IsOver(image);
        if (!isOver && image.Decision is not ImageDecision.Update)
            return image;
        var what = image.Decision is ImageDecision.Update update ? update.Value.ToString() : $"the end of the pin to {image.State.ExpiredOverride!.Value} has come, and";
        return image with
        {
            // As long as the override stands in the file, it holds.
            State = isOver ? image.State with { ExpiredOverride = null, Override = image.State.ExpiredOverride } : image.State,
            Decision = new ImageDecision.Pending(gate.Until, $"{what} {gate.Reason}")
            {
                // With the digest that was looked up for an approval: somebody may still reject it.
                Candidate = (image.Decision as ImageDecision.Update)?.Known ?? image.Decision.Candidate,
                Waiting = image.Decision.Waiting,
                Asked = gate.IsForGood && image.Decision is ImageDecision.Update told ? new WaitingVersion(told.Known, null, []) : null,
            },
        };
    }

    /// <summary>Whether something is to be written nevertheless.</summary>
    public static bool IsWritten(PlannedImage image) => image.Decision is ImageDecision.Update or ImageDecision.Ordered || WriteBackPlanner.IsOver(image);
}
