using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>How Helm parameters and values say the version of an image.</summary>
public static class HelmVersions
{
    /// <summary>The parameter that holds the version, alone or behind the image's name.</summary>
    public static string ParameterOf(ImagePolicy image) => image.HelmParameters.Spec ?? image.HelmParameters.Tag;

    /// <summary>What a value of <see cref="ParameterOf"/> says.</summary>
    public static CurrentValue Read(string text, ImagePolicy image) => Read(text, isWholeImage: image.HelmParameters.Spec is not null);

    /// <summary>What a value says that holds a version, or an image with its version.</summary>
    public static CurrentValue Read(string text, bool isWholeImage)
    {
        if (isWholeImage)
            return new CurrentValue(text, ImageReference.TryParse(text, out var reference, out _) && reference.Version is { } version ? [version] : []);
        return new CurrentValue(text, ImageVersion.TryParse(text, out var value, out _) ? [value] : []);
    }

    /// <summary>What the parameters of a source say; null: nothing.</summary>
    public static CurrentValue? FindInApplication(ApplicationSource source, ImagePolicy image) =>
        HelmParameter.Find(source.HelmParameters, ParameterOf(image)) is { Value.Length: > 0 } set ? Read(set.Value, image) : null;

    /// <summary>The override among the parameters of a source; null: there is none.</summary>
    /// <param name="application">For people.</param>
    /// <param name="source">Whose parameters.</param>
    /// <param name="image">Of which.</param>
    /// <param name="more">To be said behind it.</param>
    public static OverridePin? FindOverride(ApplicationSnapshot application, ApplicationSource source, ImagePolicy image, string more) =>
        image.OverrideTagParameter is { } name && HelmParameter.Find(source.HelmParameters, name) is { Value.Length: > 0 } set
            ? new OverridePin(set.Value, $"{name} in the parameters of Application {application.Name}{more}", IsInApplication: true)
            : null;

    /// <summary>What an image is written to.</summary>
    /// <param name="image">Whose parameters.</param>
    /// <param name="value">The version.</param>
    /// <param name="written">The name that stands there; null when there is none. Its spelling stays as long as it means the image.</param>
    public static IEnumerable<HelmParameter> Parameters(ImagePolicy image, ImageVersion value, string? written) => Parameters(image.HelmParameters, image.Image, value, written);

    /// <summary>The same for any names.</summary>
    public static IEnumerable<HelmParameter> Parameters(HelmParameterNames names, ImageReference image, ImageVersion value, string? written)
    {
        if (names.Spec is not null)
        {
            yield return new HelmParameter(names.Spec, image.WithVersion(value).ToString(), ForceString: true);
            yield break;
        }

        var keepsSpelling = written is not null && ImageReference.TryParse(written, out var reference, out _) && reference.Repository == image.Repository;
        yield return new HelmParameter(names.Name, keepsSpelling ? written! : image.Name, ForceString: true);
        yield return new HelmParameter(names.Tag, value.ToString(), ForceString: true);
    }
}
