namespace GitOpsBumper.Controller.Triggers;

/// <summary>What came of one image of a trigger, from the best to the worst.</summary>
internal enum TriggerResult
{
    Written,
    AlreadyThere,
    Proposed,
    NotWritten,
    Failed,
}

/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">The alias, or the image's name where it has none.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Reason">A sentence.</param>
internal sealed record TriggeredImage(Core.Applications.NamespacedName Application, string Alias, TriggerResult Result, string Reason);
