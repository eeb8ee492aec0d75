using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Core.Planning;

/// <summary>Reads the current value of an image: what the write-back target says; if it says nothing, what runs; if nothing is known to run, what the Application says.</summary>
public static class ImageStateReader
{
    /// <param name="file">The override file at the branch tip; an absent one is read as an empty one.</param>
    public static ImageState Read(ImagePolicy image, ApplicationSnapshot application, WriteBackPolicy writeBack, ArgoCdSourceFile file)
    {
        var running = Running(image, application);
        var state = Unknown(running) with { Override = FindOverride(image, application, writeBack, file) };
        var names = image.HelmParameters;
        if (file.Parameters.LastOrDefault(parameter => parameter.Name == (names.Spec ?? names.Tag)) is { Value.Length: > 0 } written)
            return state with { CurrentText = written.Value, IsWritten = true, Current = Versions(written.Value, names) };
        return WhatRuns(state, running) ?? WhatParametersSay(state, image, writeBack.Source) ?? state;
    }

    /// <summary>For method argocd, whose target is the source in the Application itself: what it says; if it says nothing, what runs.</summary>
    public static ImageState Read(ImagePolicy image, ApplicationSnapshot application, WriteBackPolicy writeBack)
    {
        var running = Running(image, application);
        var state = Unknown(running);
        if (writeBack.Source.Kind == SourceKind.Kustomize)
            return WhatImagesSay(state, image, writeBack.Source) ?? WhatRuns(state, running) ?? state;
        state = state with { Override = FindOverride(image, application, writeBack.Source, "") };
        return WhatParametersSay(state, image, writeBack.Source) ?? WhatRuns(state, running) ?? state;
    }

    /// <summary>Null when there is no status.</summary>
    private static List<ImageReference>? Running(ImagePolicy image, ApplicationSnapshot application) =>
        application.RunningImages?.Where(reference => reference.Repository == image.Image.Repository).ToList();

    private static ImageState Unknown(List<ImageReference>? running) => new() { Deployed = running is null || running.Count > 0, Current = [], CurrentText = null };

    private static ImageState? WhatRuns(ImageState state, List<ImageReference>? running)
    {
        var versions = running?.Select(reference => reference.Version).OfType<ImageVersion>().Distinct().ToList() ?? [];
        return versions.Count == 0 ? null : state with { CurrentText = string.Join(", ", versions), Current = versions };
    }

    private static ImageState? WhatParametersSay(ImageState state, ImagePolicy image, ApplicationSource source) =>
        HelmParameter.Find(source.HelmParameters, image.HelmParameters.Spec ?? image.HelmParameters.Tag) is { Value.Length: > 0 } set
            ? state with { CurrentText = set.Value, IsWritten = true, Current = Versions(set.Value, image.HelmParameters) }
            : null;

    private static ImageState? WhatImagesSay(ImageState state, ImagePolicy image, ApplicationSource source)
    {
        var versions = ApplicationEdit.Entries(source.KustomizeImages, image).Values.Select(entry => entry.Version).OfType<ImageVersion>().Distinct().ToList();
        return versions.Count == 0 ? null : state with { CurrentText = string.Join(", ", versions), IsWritten = true, Current = versions };
    }

    private static IReadOnlyList<ImageVersion> Versions(string text, HelmParameterNames names)
    {
        if (names.Spec is not null)
            return ImageReference.TryParse(text, out var reference, out _) && reference.Version is { } version ? [version] : [];
        return ImageVersion.TryParse(text, out var value, out _) ? [value] : [];
    }

    private static OverridePin? FindOverride(ImagePolicy image, ApplicationSnapshot application, WriteBackPolicy writeBack, ArgoCdSourceFile file)
    {
        if (image.OverrideTagParameter is not { } name)
            return null;
        // What was carried over follows the Application, which speaks for itself.
        if (file.Parameters.LastOrDefault(parameter => parameter.Name == name && !parameter.IsCarried) is { } written)
            return written.Value.Length == 0 ? null : new OverridePin(written.Value, $"{name} in the override file", IsInApplication: false);
        var hidden = file.HidesApplication && writeBack.Carry == CarryParameters.None ? " (which the override file hides from Argo CD, as carry-parameters: none wants it)" : "";
        return FindOverride(image, application, writeBack.Source, hidden);
    }

    private static OverridePin? FindOverride(ImagePolicy image, ApplicationSnapshot application, ApplicationSource source, string hidden) =>
        image.OverrideTagParameter is { } name && HelmParameter.Find(source.HelmParameters, name) is { Value.Length: > 0 } set
            ? new OverridePin(set.Value, $"{name} in the parameters of Application {application.Name}{hidden}", IsInApplication: true)
            : null;
}
