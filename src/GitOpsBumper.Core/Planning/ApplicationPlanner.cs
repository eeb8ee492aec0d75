using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Planning.Checks;
using GitOpsBumper.Core.Schedules;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.Planning;

/// <summary>What is to be written into one Application itself.</summary>
/// <param name="Edit">Null when the Application stays as it is.</param>
/// <param name="Images">The decisions, those corrected that turned out to change nothing.</param>
public sealed record ApplicationOperation(ApplicationEdit? Edit, IReadOnlyList<PlannedImage> Images);

/// <summary>Turns the decisions of one application into the change of its parameters or images. Pure: planned again from the changed Application it changes nothing.</summary>
public static class ApplicationPlanner
{
    /// <param name="application">That the decisions were made from.</param>
    /// <param name="writeBack">Whose source is of kind Helm or Kustomize.</param>
    /// <param name="images">In the order of the image list.</param>
    /// <param name="shut">What is in the way; null: nothing.</param>
    /// <param name="approve">Lets wait what nobody has approved, before the time counts; null: nothing needs that.</param>
    public static ApplicationOperation Plan(
        ApplicationSnapshot application, WriteBackPolicy writeBack, IReadOnlyList<PlannedImage> images, ShutGate? shut, Func<PlannedImage, PlannedImage>? approve = null)
    {
        var operation = Plan(application, writeBack, images);
        return shut is null && approve is null
            ? operation
            : Plan(application, writeBack, [.. operation.Images.Select(image => GateCheck.Wait(approve?.Invoke(image) ?? image, shut))]);
    }

    /// <param name="application">That the decisions were made from.</param>
    /// <param name="writeBack">Whose source is of kind Helm or Kustomize.</param>
    /// <param name="images">In the order of the image list.</param>
    public static ApplicationOperation Plan(ApplicationSnapshot application, WriteBackPolicy writeBack, IReadOnlyList<PlannedImage> images)
    {
        var edit = ApplicationEdit.Of(application, writeBack);
        var planned = new List<PlannedImage>(images.Count);
        foreach (var image in images)
        {
            var before = edit;
            if (image.Decision is ImageDecision.Update { Value: var value })
            {
                edit = writeBack.Source.Kind == SourceKind.Kustomize
                    ? edit.Set(image.Policy, value)
                    : HelmVersions.Parameters(image.Policy.HelmParameters, image.Policy, value, Written).Aggregate(edit, (all, parameter) => all.Set(parameter));
            }

            planned.Add(edit == before ? WriteBackPlanner.KeepUpdate(image) : image);
        }

        return new ApplicationOperation(edit.Parameters.Changed.Count + edit.Images.Changed.Count > 0 ? edit : null, planned);

        string? Written(string name) => HelmParameter.Find(writeBack.Source.HelmParameters, name)?.Value;
    }
}
