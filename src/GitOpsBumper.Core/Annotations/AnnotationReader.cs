using GitOpsBumper.Core.Annotations.Approvals;
using GitOpsBumper.Core.Annotations.Reading;
using GitOpsBumper.Core.Annotations.Targets;
using GitOpsBumper.Core.Annotations.Times;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations;

/// <summary>Reads what the annotations of an Application, or the resource that governs it, ask for. Never throws, whatever they say: what cannot be understood is a problem.</summary>
public static class AnnotationReader
{
    /// <summary>Null when there is no image list under either prefix and no resource that has one: the Application is none of ours.</summary>
    public static ApplicationPolicy? Read(ApplicationSnapshot app, AnnotationDefaults defaults)
    {
        var map = new AnnotationMap(app);
        if (ImageList.Find(map, app.Governor) is not { } list)
            return null;
        var imageList = list.Value;
        var mistakes = app.Governor?.Mistakes ?? [];
        var imageReader = new ImagePolicyReader(app.Name, map, imageList, defaults);
        var images = list.Entries.ConvertAll(imageReader.Read);
        var writeBackReader = new WriteBackReader(app, map, defaults);
        var read = writeBackReader.Read();
        var times = new TimesReader(map, defaults);
        var (schedule, windows) = (times.ReadSchedule(), times.ReadWindows());
        var mode = new ModeReader(map);
        var onlyTells = mode.Read();
        var writeBack = mistakes.Any(mistake => mistake.Stops) || times.Stops ? null : mode.WithoutAutoMerge(times.WithoutAutoMerge(read, windows), images);
        return new ApplicationPolicy
        {
            Application = app.Name,
            Images = WriteConflicts.Mark(images, writeBack, imageList),
            WriteBack = writeBack,
            Schedule = schedule,
            Windows = windows,
            OnlyTells = onlyTells,
            Problems =
            [
                .. mistakes.Select(mistake => new Problem(app.Governor!.Key(mistake.Field), Shortened.Text(mistake.Value), mistake.Message)),
                .. list.Problems, .. writeBackReader.Problems, .. writeBackReader.Notes, .. times.Problems, .. mode.Problems, .. new UnknownKeys(list).Find(map),
                .. imageReader.CheckDefaults(images), .. imageReader.Notes,
                .. new CommitTags(imageList, map, app).Find(images, writeBack?.Source),
            ],
        };
    }
}
