using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Triggers;

/// <param name="Application">That is looked at.</param>
/// <param name="Images">Aliases, or names of images without one, that were meant; null: all.</param>
internal sealed record TriggerTarget(NamespacedName Application, IReadOnlySet<string>? Images);
