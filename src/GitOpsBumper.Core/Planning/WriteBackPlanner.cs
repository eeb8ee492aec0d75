using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Core.Planning;

/// <summary>One image with what was read and what was decided.</summary>
public sealed record PlannedImage(ImagePolicy Policy, ImageState State, ImageDecision Decision);

/// <summary>What is to be written for one application.</summary>
/// <param name="Change">Null when the file stays as it is.</param>
/// <param name="Images">The decisions, those corrected that turned out to change nothing, or not to be writable.</param>
/// <param name="Carried">Sentences about parameters that were carried over, changed or removed with the Application.</param>
/// <param name="Problem">Why the file cannot be written, whatever was to be; null when it can.</param>
public sealed record WriteBackOperation(FileChange? Change, IReadOnlyList<PlannedImage> Images, IReadOnlyList<string> Carried, string? Problem);

/// <summary>Turns the decisions of one application into the change of its file. Pure: applied to the changed file it plans no change.</summary>
public static class WriteBackPlanner
{
    /// <param name="path">Of the override file.</param>
    /// <param name="text">Its text at the branch tip; null when there is none.</param>
    /// <param name="file">The same, read.</param>
    public static WriteBackOperation Plan(
        WriteBackPolicy writeBack, RepositoryPath path, string? text, ArgoCdSourceFile file, IReadOnlyList<PlannedImage> images)
    {
        var set = images.SelectMany(image => image.Decision is ImageDecision.Update update ? Parameters(image.Policy, update.Value, WrittenName(image.Policy)) : []).ToList();
        var mustShow = images.Any(image => image.Decision is ImageDecision.Pinned && image.State.Override is { IsInApplication: true });
        if (!file.TryApply(set, writeBack.Source.HelmParameters, writeBack.Carry, mustShow, out var result, out var problem))
            return new WriteBackOperation(null, [.. images.Select(image => FailUpdate(image, $"'{path}': {problem}"))], [], $"'{path}': {problem}");
        if (result.Text == (text ?? ""))
            return new WriteBackOperation(null, [.. images.Select(KeepUpdate)], [], null);
        return new WriteBackOperation(new FileChange(path, text, result.Text), images, result.Carried, null);

        string? WrittenName(ImagePolicy image) => file.Parameters.LastOrDefault(parameter => parameter.Name == image.HelmParameters.Name)?.Value;
    }

    /// <summary>What an image is written to.</summary>
    /// <param name="written">The name that stands there; null when there is none. Its spelling stays as long as it means the image.</param>
    internal static IEnumerable<HelmParameter> Parameters(ImagePolicy image, ImageVersion value, string? written)
    {
        var names = image.HelmParameters;
        if (names.Spec is not null)
        {
            yield return new HelmParameter(names.Spec, image.Image.WithVersion(value).ToString(), ForceString: true);
            yield break;
        }

        var keepsSpelling = written is not null && ImageReference.TryParse(written, out var reference, out _) && reference.Repository == image.Image.Repository;
        yield return new HelmParameter(names.Name, keepsSpelling ? written! : image.Image.Name, ForceString: true);
        yield return new HelmParameter(names.Tag, value.ToString(), ForceString: true);
    }

    private static PlannedImage FailUpdate(PlannedImage image, string problem) => image.Decision is ImageDecision.Update
        ? image with { Decision = new ImageDecision.Failed(problem) { Candidate = image.Decision.Candidate } }
        : image;

    /// <summary>What turned out to change nothing is no update.</summary>
    internal static PlannedImage KeepUpdate(PlannedImage image) => image.Decision is ImageDecision.Update update
        ? image with { Decision = new ImageDecision.UpToDate($"{update.Value} is written already") { Candidate = update.Candidate } }
        : image;
}
