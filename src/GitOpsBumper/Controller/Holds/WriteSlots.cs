using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Controller.Holds;

/// <summary>The places that several applications of a branch write to. What is held or taken back there for one of them is for all.</summary>
internal sealed class WriteSlots
{
    private readonly Dictionary<Slot, List<SlotWriter>> _writers = [];
    private readonly IReadOnlyList<SlotNeighbour> _neighbours;
    private readonly Dictionary<ImagePolicy, string> _conflicts = new(ReferenceEqualityComparer.Instance);

    /// <param name="neighbours">Others that write there, though the cycle is not about them.</param>
    public WriteSlots(IReadOnlyList<SlotNeighbour> neighbours) => _neighbours = neighbours;

    /// <param name="application">Who writes.</param>
    /// <param name="slots">Where, one for each of the images.</param>
    /// <param name="images">With their decisions.</param>
    public void Add(ApplicationWork application, IReadOnlyList<Slot?> slots, IReadOnlyList<PlannedImage> images)
    {
        for (var index = 0; index < images.Count; index++)
        {
            if (slots[index] is not { } slot)
                continue;
            if (!_writers.TryGetValue(slot, out var list))
                _writers.Add(slot, list = []);
            list.Add(new SlotWriter(application, images[index]));
        }
    }

    /// <summary>Null where nobody else can write.</summary>
    public static Slot? SlotOf(IWriteBackTarget target, RepositoryPath path, ImagePolicy image) => target.Slot(image) is { } name ? new Slot(path, name) : null;

    /// <summary>All that write where an image is written, itself among them.</summary>
    public IReadOnlyCollection<ImageIdentity> WritersOf(ApplicationWork application, ImagePolicy image, Slot? slot)
    {
        var own = new ImageIdentity(application.Application.Name, image.Alias);
        if (slot is null)
            return [own];
        var writers = _writers.GetValueOrDefault(slot, []).Select(writer => new ImageIdentity(writer.Application.Application.Name, writer.Image.Policy.Alias));
        return [.. writers.Append(own).Concat(_neighbours.Where(neighbour => neighbour.Slot == slot).Select(neighbour => neighbour.Image)).Distinct()];
    }

    /// <summary>
    /// Finds out who would write over what a person holds for another application: without that two pins on one place would take turns for ever. Of several pins the one
    /// counts that is written already, else the first.
    /// </summary>
    public void FindConflicts()
    {
        foreach (var writers in _writers.Values.Where(writers => writers.Select(writer => writer.Application).Distinct().Skip(1).Any()))
        {
            var holder = writers.Find(writer => writer.Image.Decision is ImageDecision.Pinned) ?? writers.Find(IsPin);
            if (holder is null)
                continue;
            var held = holder.Image.Decision is ImageDecision.Update { Value: var value } ? value.ToString() : holder.Image.State.CurrentText;
            foreach (var writer in writers.Where(writer => writer.Application != holder.Application && writer.Image.Decision is ImageDecision.Update update && update.Value.ToString() != held))
            {
                _conflicts[writer.Image.Policy] =
                    $"Application {holder.Application.Application.Name} writes to the same place, and holds {held} there ({holder.Image.Decision.Reason}); allowed are one place for each of them, or the same version";
            }
        }
    }

    /// <summary>The decision, unless it would write over what is held.</summary>
    public ImageDecision Check(ImagePolicy image, ImageDecision decision) => decision is ImageDecision.Update && _conflicts.TryGetValue(image, out var reason)
        ? new ImageDecision.Failed(reason) { Candidate = decision.Candidate }
        : decision;

    private static bool IsPin(SlotWriter writer) => writer.Image is { Decision: ImageDecision.Update, Policy.Pin: not null };

    private sealed record SlotWriter(ApplicationWork Application, PlannedImage Image);
}

/// <summary>A place in a file.</summary>
/// <param name="Path">Of the file, links followed; of markers, where they are looked for.</param>
/// <param name="Name">In the file.</param>
internal sealed record Slot(RepositoryPath Path, string Name);
