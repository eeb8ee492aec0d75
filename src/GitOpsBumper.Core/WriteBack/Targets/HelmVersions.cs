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

    /// <summary>Why a place for the whole image is left alone: the version of another image is not this one's, and nobody said that this one is to replace it. Null: it is not.</summary>
    /// <param name="spec">The place, for people; null: name and tag have places of their own.</param>
    /// <param name="text">What stands there; null or empty: nothing.</param>
    /// <param name="image">That belongs there.</param>
    internal static string? Another(string? spec, string? text, ImagePolicy image) =>
        spec is not null && !string.IsNullOrEmpty(text) && WrittenImage.IsAnother(text, image) ? $"{spec}: {WrittenImage.Refusal(text, image)}" : null;

    /// <summary>The same for a parameter of an Application.</summary>
    internal static string? AnotherInApplication(ApplicationSnapshot application, ApplicationSource source, ImagePolicy image) =>
        image.HelmParameters.Spec is { } spec ? Another($"parameter {spec} of Application {application.Name}", HelmParameter.Find(source.HelmParameters, spec)?.Value, image) : null;

    /// <summary>What an image is written to.</summary>
    /// <param name="names">Of the parameters.</param>
    /// <param name="image">Is written.</param>
    /// <param name="value">The version.</param>
    /// <param name="written">What a parameter says; null when there is none. The spelling of a name stays as long as it means the image.</param>
    internal static IEnumerable<HelmParameter> Parameters(HelmParameterNames names, ImagePolicy image, ImageVersion value, Func<string, string?> written)
    {
        if (names.Spec is not null)
        {
            yield return new HelmParameter(names.Spec, WrittenImage.Kept(written(names.Spec) ?? "", image).WithVersion(value).ToString(), ForceString: true);
            yield break;
        }

        var name = written(names.Name);
        var keepsSpelling = name is not null && ImageReference.TryParse(name, out var reference, out _) && reference.Repository == image.Image.Repository;
        yield return new HelmParameter(names.Name, keepsSpelling ? name! : image.Image.Name, ForceString: true);
        yield return new HelmParameter(names.Tag, value.ToString(), ForceString: true);
    }
}
