using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Planning.Checks;
using GitOpsBumper.Core.Schedules;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.Planning;

/// <summary>One image with what was read and what was decided.</summary>
public sealed record PlannedImage(ImagePolicy Policy, ImageState State, ImageDecision Decision);

/// <summary>What is to be written for one application.</summary>
/// <param name="Changes">Empty when all files stay as they are.</param>
/// <param name="Images">The decisions, those corrected that turned out to change nothing, or not to be writable.</param>
/// <param name="Notes">Sentences about parameters that were carried over, changed or removed with the Application.</param>
/// <param name="Problem">Why nothing can be written, whatever was to be; null when it can.</param>
public sealed record WriteBackOperation(IReadOnlyList<FileChange> Changes, IReadOnlyList<PlannedImage> Images, IReadOnlyList<string> Notes, string? Problem);

/// <summary>Turns the decisions of one application into the change of its files. Pure: applied to the changed files it plans no change.</summary>
public static class WriteBackPlanner
{
    /// <summary>As the other one; where something is in the way, what only follows from other changes waits as well.</summary>
    /// <param name="target">The files at the branch tip.</param>
    /// <param name="images">In the order of the image list.</param>
    /// <param name="shut">What is in the application's way; null: nothing.</param>
    /// <param name="gate">What is in an image's way; null: nothing.</param>
    /// <param name="approve">Lets wait what nobody has approved, before the time counts; null: nothing needs that.</param>
    public static WriteBackOperation Plan(
        IWriteBackTarget target, IReadOnlyList<PlannedImage> images, ShutGate? shut, Func<PlannedImage, ShutGate?> gate, Func<PlannedImage, PlannedImage>? approve = null)
    {
        var operation = Plan(target, images);
        if (operation.Problem is not null)
            return operation;
        IReadOnlyList<PlannedImage> waiting = [.. operation.Images.Select(image => GateCheck.Wait(approve?.Invoke(image) ?? image, gate(image)))];
        if (shut is null or { IsPassed: true } || waiting.Any(GateCheck.IsWritten))
            return waiting.SequenceEqual(operation.Images) ? operation : Plan(target, waiting);
        return new WriteBackOperation([], waiting, [], null);
    }

    /// <param name="target">The files at the branch tip.</param>
    /// <param name="images">In the order of the image list.</param>
    public static WriteBackOperation Plan(IWriteBackTarget target, IReadOnlyList<PlannedImage> images)
    {
        var edit = target.Write(new TargetWrites([.. images.Select(Write).OfType<ImageWrite>()])
        {
            Overrides = [.. images.Select(Override).OfType<OverrideWrite>()],
            ShowsOverride = images.Any(image => image.Decision is ImageDecision.Pinned && image.State.Override is { IsInApplication: true }),
        });
        if (edit.Problem is { } problem)
            return new WriteBackOperation([], [.. images.Select(image => FailUpdate(image, problem))], [], problem);
        images = [.. images.Select(image => edit.Failures.TryGetValue(image.Policy, out var failure) ? FailUpdate(image, failure) : image)];
        return edit.Changes.Count == 0
            ? new WriteBackOperation([], [.. images.Select(KeepUpdate)], [], null)
            : new WriteBackOperation(edit.Changes, images, [.. images.Where(IsOver).Select(Ended), .. edit.Notes], null);
    }

    /// <summary>The end of an override has come, and what follows is known: it is taken out of the file.</summary>
    public static bool IsOver(PlannedImage image) =>
        image.State.ExpiredOverride is { IsInApplication: false } && image.Decision is not (ImageDecision.Failed or ImageDecision.Skipped or ImageDecision.Ordered);

    private static string Ended(PlannedImage image) => $"the end of the pin of {image.Policy.DisplayAlias} to {image.State.ExpiredOverride!.Value} has come";

    private static ImageWrite? Write(PlannedImage image) => image.Decision switch
    {
        ImageDecision.Update { Value: var value } => new ImageWrite(image.Policy, value),
        ImageDecision.Ordered { Value: { } value } => new ImageWrite(image.Policy, value),
        _ => null,
    };

    private static OverrideWrite? Override(PlannedImage image) => image.Decision is ImageDecision.Ordered { Override: { } ordered } ? ordered
        : IsOver(image) ? new OverrideWrite(image.Policy, null, null)
        : null;

    private static PlannedImage FailUpdate(PlannedImage image, string problem) => image.Decision is ImageDecision.Update or ImageDecision.Ordered || IsOver(image)
        ? image with { Decision = new ImageDecision.Failed(problem) { Candidate = image.Decision.Candidate } }
        : image;

    /// <summary>What turned out to change nothing is no update.</summary>
    internal static PlannedImage KeepUpdate(PlannedImage image) => image.Decision is ImageDecision.Update update
        ? image with { Decision = new ImageDecision.UpToDate($"{update.Value} is written already") { Candidate = update.Candidate } }
        : image;
}
