using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.Planning;

/// <summary>Reads the current value of an image: what the write-back target says; if it says nothing, what runs; if nothing is known to run, what the Application says.</summary>
public static class ImageStateReader
{
    /// <param name="image">Whose value.</param>
    /// <param name="application">Says what runs.</param>
    /// <param name="target">The files at the branch tip.</param>
    /// <param name="now">Overrides may end by themselves.</param>
    public static ImageState Read(ImagePolicy image, ApplicationSnapshot application, IWriteBackTarget target, DateTimeOffset now)
    {
        var running = Running(image, application);
        var state = Unknown(image, running);
        if (target.Check(image) is { } problem)
            return state with { Problem = problem };
        var pin = target.FindOverride(image);
        state = pin is { Until: { } until } && until <= now ? state with { ExpiredOverride = pin } : state with { Override = pin };
        return Says(state, target.Find(image)) ?? WhatRuns(state, running) ?? Says(state, target.FindInApplication(image)) ?? state;
    }

    /// <summary>For method argocd, whose target is the source in the Application itself: what it says; if it says nothing, what runs.</summary>
    public static ImageState Read(ImagePolicy image, ApplicationSnapshot application, WriteBackPolicy writeBack)
    {
        var running = Running(image, application);
        var state = Unknown(image, running);
        if (writeBack.Source.Kind == SourceKind.Kustomize)
            return Says(state, KustomizeImage.CurrentValue(writeBack.Source, image)) ?? WhatRuns(state, running) ?? state;
        if (HelmVersions.AnotherInApplication(application, writeBack.Source, image) is { } problem)
            return state with { Problem = problem };
        state = state with { Override = HelmVersions.FindOverride(application, writeBack.Source, image, "") };
        return Says(state, HelmVersions.FindInApplication(writeBack.Source, image)) ?? WhatRuns(state, running) ?? state;
    }

    /// <summary>Null when there is no status.</summary>
    private static List<ImageReference>? Running(ImagePolicy image, ApplicationSnapshot application) =>
        application.RunningImages?.Where(reference => reference.Repository == image.Image.Repository).ToList();

    private static ImageState Unknown(ImagePolicy image, List<ImageReference>? running) => new()
    {
        Deployed = running is null || running.Count > 0,
        Current = [],
        CurrentText = null,
        Rejected = [.. RejectedVersion.Of(image.Approvals)],
    };

    private static ImageState? Says(ImageState state, CurrentValue? written) =>
        written is null ? null : state with { CurrentText = written.Text, IsWritten = true, Current = written.Versions, IsIncomplete = written.IsIncomplete };

    private static ImageState? WhatRuns(ImageState state, List<ImageReference>? running)
    {
        var versions = running?.Select(reference => reference.Version).OfType<ImageVersion>().Distinct().ToList() ?? [];
        return versions.Count == 0 ? null : state with { CurrentText = string.Join(", ", versions), Current = versions };
    }
}
