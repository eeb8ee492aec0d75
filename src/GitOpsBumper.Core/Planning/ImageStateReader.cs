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
        var running = application.RunningImages?.Where(reference => reference.Repository == image.Image.Repository).ToList();
        var state = new ImageState
        {
            Deployed = running is null || running.Count > 0,
            Current = [],
            CurrentText = null,
            Override = FindOverride(image, application, writeBack, file),
        };

        var names = image.HelmParameters;
        if (file.Parameters.LastOrDefault(parameter => IsTag(parameter.Name, names)) is { Value.Length: > 0 } written)
            return state with { CurrentText = written.Value, IsWritten = true, Current = Versions(written.Value, names) };
        var versions = running?.Select(reference => reference.Version).OfType<ImageVersion>().Distinct().ToList() ?? [];
        if (versions.Count > 0)
            return state with { CurrentText = string.Join(", ", versions), Current = versions };
        if (writeBack.Source.HelmParameters.LastOrDefault(parameter => IsTag(parameter.Name, names)) is { Value.Length: > 0 } set)
            return state with { CurrentText = set.Value, IsWritten = true, Current = Versions(set.Value, names) };
        return state;
    }

    private static bool IsTag(string parameter, HelmParameterNames names) => parameter == (names.Spec ?? names.Tag);

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
        if (writeBack.Source.HelmParameters.LastOrDefault(parameter => parameter.Name == name) is not { Value.Length: > 0 } set)
            return null;
        var hidden = file.HidesApplication && writeBack.Carry == CarryParameters.None ? " (which the override file hides from Argo CD, as carry-parameters: none wants it)" : "";
        return new OverridePin(set.Value, $"{name} in the parameters of Application {application.Name}{hidden}", IsInApplication: true);
    }
}
