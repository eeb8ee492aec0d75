using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations.Approvals;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Makes the policy of one image from its entry in the list and the annotations that reach it.</summary>
internal sealed class ImagePolicyReader(NamespacedName application, AnnotationMap map, AnnotationValue imageList, AnnotationDefaults defaults)
{
    private const int MaxKustomizeNameLength = 255;

    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(366);

    private static readonly ImageReference Anything =
        ImageReference.TryParse("image", out var image, out var problem) ? image : throw new InvalidOperationException(problem);

    private readonly HashSet<Problem> _told = [];

    /// <summary>What has no effect, or another one than it seems, in the images read so far.</summary>
    public List<Problem> Notes { get; } = [];

    public ImagePolicy Read(ImageListEntry entry)
    {
        var annotations = new ImageAnnotations(map, entry);
        var strategyReader = new StrategyReader(entry, annotations);
        var strategy = strategyReader.Read();
        var helmReader = new HelmParameterReader(annotations, ParameterWords.Helm);
        var helmParameters = helmReader.Read();
        var digestReader = new DigestReader(annotations, strategy.Kind, helmParameters);
        var digestFormat = digestReader.Read();
        if (strategyReader.KeepsVariant && digestFormat == DigestFormat.Digest)
        {
            annotations.Problems.Add(annotations.Find(AnnotationKeys.Variant)!.Problem(
                "'keep' needs the tag, which digest-format digest does not write; allowed are digest-format tag@digest, or the variant by its name"));
        }

        var approvals = new ApprovalReader(annotations);
        var policy = new ImagePolicy
        {
            Alias = entry.Alias,
            Image = entry.Image,
            Strategy = strategy,
            KeepsVariant = strategyReader.KeepsVariant,
            ConstraintText = Shortened.Text(strategyReader.ConstraintText),
            Filter = strategyReader.Filter,
            Platforms = annotations.ReadList<Platform>(annotations.Find(AnnotationKeys.Platforms), Platform.TryParse),
            PullSecret = ReadPullSecret(annotations),
            ForceUpdate = annotations.ReadBoolean(annotations.Find(AnnotationKeys.ForceUpdate)),
            HelmParameters = helmParameters,
            PluginVariables = new HelmParameterReader(annotations, ParameterWords.Plugin).Read(),
            ComposeService = annotations.Read<string>(annotations.FindOwn(AnnotationKeys.ComposeService), TryParseService),
            KustomizeImageName = annotations.Read<string>(annotations.FindOwn(AnnotationKeys.KustomizeImageName), TryParseKustomizeName),
            Pin = annotations.Read<Tag>(annotations.FindOwn(AnnotationKeys.Pin), Tag.TryParse),
            OverrideTagParameter = helmReader.OverrideTag,
            DigestFormat = digestFormat,
            PinDigest = digestReader.PinDigest,
            MinAge = ReadMinAge(annotations),
            AllowDowngrade = ReadAllowDowngrade(annotations, strategy.Kind),
            Verify = new VerifyReader(annotations, application, defaults).Read(digestFormat != DigestFormat.None),
            Rollbacks = new RollbackReader(annotations, defaults).Read(),
            Approval = approvals.Read(entry.Alias),
            Approvals = approvals.ReadState(entry.Alias),
            Problems = annotations.Problems,
        };
        // One of a default is told once, however many images it is about.
        Notes.AddRange(annotations.Notes.Where(_told.Add));
        return policy;
    }

    /// <summary>What is wrong with application-wide defaults that no image uses, and which of them can have no effect on any of these.</summary>
    public IEnumerable<Problem> CheckDefaults(IReadOnlyList<ImagePolicy> images)
    {
        var unused = AnnotationKeys.DefaultableKeys.Where(key => !map.IsUsed(key)).ToList().Select(map.Find).OfType<AnnotationValue>()
            .SelectMany(value => (value.Items ?? []).Prepend(value)).Select(value => value.Key).ToHashSet(StringComparer.Ordinal);
        var notes = Notes.Count;
        var problems = Read(new ImageListEntry(null, Anything, "", imageList)).Problems;
        // That was no image of the list.
        Notes.RemoveRange(notes, Notes.Count - notes);
        return problems.Where(problem => unused.Contains(problem.Key)).Concat(NotesOnDefaults(images));
    }

    private IEnumerable<Problem> NotesOnDefaults(IReadOnlyList<ImagePolicy> images)
    {
        if (map.Find(AnnotationKeys.Extract) is { Text.Length: > 0 } extract && !images.Any(image => image.Strategy is AlphabeticalStrategy or NumericalStrategy))
            yield return extract.Problem($"'{Shortened.Text(extract.Text)}' has no effect: strategies numerical and alphabetical sort by it, and no image has one of them");
        if (map.Find(AnnotationKeys.DigestFormat) is { Text.Length: > 0 } format && !images.Any(image => image.PinDigest || image.Strategy is DigestStrategy))
            yield return format.Problem($"'{Shortened.Text(format.Text)}' has no effect: no image has strategy digest or pin-digest \"true\"");
        if (map.Find(AnnotationKeys.AllowDowngrade) is { Text: "true" } downgrade && !images.Any(image => image.Strategy is SemVerStrategy))
            yield return downgrade.Problem("'true' has no effect: it is for strategy semver, which no image has");
        foreach (var key in new[] { AnnotationKeys.Variant, AnnotationKeys.StrictSemVer })
        {
            if (map.Find(key) is { Text.Length: > 0 } value && value.Text != "false" && !images.Any(image => image.Strategy is SemVerStrategy))
                yield return value.Problem($"'{Shortened.Text(value.Text)}' has no effect: it is for strategy semver, which no image has");
        }
    }

    private static bool ReadAllowDowngrade(ImageAnnotations annotations, UpdateStrategy strategy)
    {
        var isAllowed = annotations.ReadBoolean(annotations.Find(AnnotationKeys.AllowDowngrade));
        if (isAllowed && strategy != UpdateStrategy.SemVer)
            annotations.NoteWithoutEffect(AnnotationKeys.AllowDowngrade, "it is for strategy semver, this image has another one");
        return isAllowed && strategy == UpdateStrategy.SemVer;
    }

    private static TimeSpan? ReadMinAge(ImageAnnotations annotations)
    {
        if (annotations.Find(AnnotationKeys.MinAge) is not { Text.Length: > 0 } value)
            return null;
        if (GoDuration.TryParse(value.Text, out var age) && age <= LongestAge)
            return age == TimeSpan.Zero ? null : age;
        annotations.Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is not a duration up to {LongestAge.Days} days; allowed are such as 72h, 90m, 7d and 0 for none"));
        return null;
    }

    private CredentialReference? ReadPullSecret(ImageAnnotations annotations)
    {
        var value = annotations.Find(AnnotationKeys.PullSecret);
        var reference = annotations.Read<CredentialReference>(value, CredentialReference.TryParse);
        if (reference?.SecretName is { } secret && SecretRule.Check(secret, application, defaults.AllowedSecretNamespaces) is { } problem)
            annotations.Problems.Add(value!.Problem(problem));
        return reference;
    }

    private static bool TryParseKustomizeName(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? problem)
    {
        var isName = text.Length <= MaxKustomizeNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':');
        value = isName ? text : null;
        problem = isName ? null : $"'{Shortened.Text(text)}' is not the name of an image in a kustomization: at most {MaxKustomizeNameLength} letters, digits, '.', '_', '-', '/' and ':'";
        return isName;
    }

    /// <seealso href="https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json"/>
    private static bool TryParseService(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? problem)
    {
        var isName = text.Length is > 0 and <= MaxKustomizeNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        value = isName ? text : null;
        problem = isName ? null : $"'{Shortened.Text(text)}' is not the name of a service of a compose file: at most {MaxKustomizeNameLength} letters, digits, '.', '_' and '-'";
        return isName;
    }
}
