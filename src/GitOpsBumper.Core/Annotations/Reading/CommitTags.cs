using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>
/// Finds images under strategy semver whose tags look like commits: sooner or later one of these is digits alone, and then the highest version there is. Without network, from what the Application itself
/// shows: what runs, and what its Helm parameters say.
/// </summary>
internal sealed class CommitTags(AnnotationValue imageList, AnnotationMap map, ApplicationSnapshot application)
{
    private const int ShortHash = 7;
    private const int LongHash = 40;

    /// <param name="images">Of the list.</param>
    /// <param name="source">Null when none is known to be written to.</param>
    public IEnumerable<Problem> Find(IEnumerable<ImagePolicy> images, ApplicationSource? source) =>
        from image in images
        where image.Strategy is SemVerStrategy { IsStrict: false } && image.Problems.Count == 0 && !IsSettled(image)
        let tag = Shown(image, source).FirstOrDefault(LooksLikeCommit)
        where tag is not null && TakesNumbers(image, tag)
        select new Problem(
            imageList.Key,
            tag.Text,
            $"image '{image.Image.Name}' has tag '{tag}', which looks like a commit: one of digits alone would be the highest version there is; "
            + "strict-semver \"true\" leaves such tags out, \"false\" says that they are versions");

    /// <summary>Somebody has thought about it.</summary>
    private bool IsSettled(ImagePolicy image) =>
        ((image.Alias is null ? null : map.Find($"{AnnotationKeys.AliasInKeys(image.Alias)}.{AnnotationKeys.StrictSemVer}")) ?? map.Find(AnnotationKeys.StrictSemVer))?.Text is "false";

    private IEnumerable<Tag> Shown(ImagePolicy image, ApplicationSource? source)
    {
        var running = application.RunningImages?.Where(reference => reference.Repository == image.Image.Repository).Select(reference => reference.Version?.Tag) ?? [];
        var names = image.HelmParameters;
        var written = source?.HelmParameters.Where(parameter => parameter.Name == (names.Spec ?? names.Tag)).Select(parameter => TagOf(parameter.Value, names)) ?? [];
        return running.Concat(written).OfType<Tag>();
    }

    private static Tag? TagOf(string value, HelmParameterNames names) => names.Spec is null
        ? ImageVersion.TryParse(value, out var version, out _) ? version.Tag : null
        : ImageReference.TryParse(value, out var reference, out _) ? reference.Version?.Tag : null;

    private static bool LooksLikeCommit(Tag tag) =>
        tag.Text.Length is >= ShortHash and <= LongHash && tag.Text.All(char.IsAsciiHexDigitLower) && tag.Text.Any(char.IsAsciiDigit) && !IsDate(tag.Text);

    /// <summary>A date, with or without a time: whoever has such tags may well mean them.</summary>
    private static bool IsDate(string text) =>
        text.Length is 8 or 10 or 12 or 14 && text.All(char.IsAsciiDigit)
        && int.Parse(text.AsSpan(0, 4)) is >= 1990 and < 2100 && int.Parse(text.AsSpan(4, 2)) is >= 1 and <= 12 && int.Parse(text.AsSpan(6, 2)) is >= 1 and <= 31;

    /// <summary>Whether a tag of as many digits would be chosen.</summary>
    private static bool TakesNumbers(ImagePolicy image, Tag tag) =>
        Tag.TryParse(new string('7', tag.Text.Length), out var number, out _) && image.Filter.FallsAt(number) is null && image.Strategy.TryAccept(number, out _, out _);
}
