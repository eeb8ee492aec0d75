using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.ImageUpdaters;

/// <summary>Puts the levels of a resource together.</summary>
internal static class ReferenceSettings
{
    public static ResourceSettings Of(ImageUpdaterResource resource, ApplicationReference reference)
    {
        var settings = resource.Level.With(reference.Level);
        return new ResourceSettings
        {
            Resource = resource.Title,
            Field = reference.Field,
            Settings = [.. settings.Where(IsAnnotation)],
            Images = [.. reference.Images.Select(image => Image(image, settings))],
            Mistakes = [.. resource.Level.Mistakes, .. reference.Level.Mistakes],
        };
    }

    private static ResourceImage Image(ReferencedImage image, IReadOnlyList<ResourceSetting> above)
    {
        var verification = image.Level.Settings.Concat(above).FirstOrDefault(setting => setting.Key == ImageUpdaterFields.ImagesVerification);
        return new ResourceImage(image.Alias, image.Name, image.Field)
        {
            Settings = [.. image.Level.Settings.Where(IsAnnotation)],
            Mistakes = verification is { Value: "true" } ? [.. image.Level.Mistakes, Verification(verification)] : image.Level.Mistakes,
        };
    }

    private static bool IsAnnotation(ResourceSetting setting) => setting.Key != ImageUpdaterFields.ImagesVerification;

    /// <summary>Somebody relies on it that nothing unsigned is written.</summary>
    private static ResourceMistake Verification(ResourceSetting setting) => new(
        setting.Field, "", "signatures of images are to be verified, which this version does not support; nothing is written unverified instead. Allowed is 'enabled: false', or no imagesVerification");
}
