using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Core.Versions;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Which tags of an image are wanted, and which of them most.</summary>
internal sealed class StrategyReader(ImageListEntry entry, ImageAnnotations annotations)
{
    private static readonly Dictionary<string, UpdateStrategy> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["semver"] = UpdateStrategy.SemVer,
        ["newest-build"] = UpdateStrategy.NewestBuild,
        ["latest"] = UpdateStrategy.NewestBuild,
        ["alphabetical"] = UpdateStrategy.Alphabetical,
        ["name"] = UpdateStrategy.Alphabetical,
        ["numerical"] = UpdateStrategy.Numerical,
        ["digest"] = UpdateStrategy.Digest,
    };

    private UpdateStrategy _kind;
    private string _name = "semver";

    /// <summary>Where the constraint stands.</summary>
    private AnnotationValue _constraintValue = entry.Value;

    public string ConstraintText { get; private set; } = entry.Constraint;

    public bool KeepsVariant { get; private set; }

    public TagFilter Filter { get; private set; } = TagFilter.Everything;

    public ITagStrategy Read()
    {
        ReadName();
        ReadFilter();
        var extraction = ReadExtraction();
        if (_kind != UpdateStrategy.SemVer)
            NoteSemVerAlone();
        return _kind switch
        {
            UpdateStrategy.SemVer => ReadSemVer(),
            UpdateStrategy.Digest => ReadDigest(),
            UpdateStrategy.NewestBuild => WithoutConstraint(new NewestBuildStrategy()),
            UpdateStrategy.Alphabetical => WithoutConstraint(new AlphabeticalStrategy(extraction)),
            UpdateStrategy.Numerical => WithoutConstraint(new NumericalStrategy(extraction)),
            _ => throw new InvalidOperationException($"strategy {_kind} has no reader"),
        };
    }

    private void ReadName()
    {
        var value = annotations.Find(AnnotationKeys.UpdateStrategy);
        if (value is null || value.Text.Length == 0)
            return;
        var colon = value.Text.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? value.Text : value.Text[..colon]).Trim();
        if (!Names.TryGetValue(name, out _kind))
        {
            annotations.Problems.Add(value.Problem(
                $"strategy '{Shortened.Text(name)}' is not known; allowed are semver, semver:<constraint>, newest-build, alphabetical, numerical and digest{NearestName.Suggest(name, Names.Keys)}"));
            return;
        }

        _name = name.ToLowerInvariant();
        if (colon >= 0)
            TakeConstraint(value, value.Text[(colon + 1)..].Trim());
    }

    private void TakeConstraint(AnnotationValue value, string constraint)
    {
        if (_kind != UpdateStrategy.SemVer)
        {
            annotations.Problems.Add(value.Problem(
                $"'{Shortened.Text(value.Text)}' gives strategy {_name} a constraint; allowed is that with semver:<constraint> alone, strategy digest takes the tag to follow from the image list"));
        }
        else if (entry.Constraint.Length == 0)
        {
            ConstraintText = constraint;
            _constraintValue = value;
        }
        else if (constraint != entry.Constraint && annotations.FindOwn(AnnotationKeys.UpdateStrategy) is not null)
        {
            annotations.Problems.Add(value.Problem(
                $"constraint '{Shortened.Text(constraint)}' contradicts '{Shortened.Text(entry.Constraint)}' in the image list; allowed is one of the two"));
        }
    }

    private void ReadFilter()
    {
        var allow = annotations.Find(AnnotationKeys.AllowTags);
        if (allow is null || allow.Text.Length == 0)
            allow = annotations.FindOwn(AnnotationKeys.TagMatch);
        else
            annotations.NoteWithoutEffect(AnnotationKeys.TagMatch, $"it is the old name of allow-tags, which is set to '{Shortened.Text(allow.Text)}'");
        var isGiven = allow is not null && allow.Text.Length > 0;
        var pattern = annotations.Read<AllowPattern>(allow, AllowPattern.TryParse) ?? (isGiven ? AllowPattern.Nothing : AllowPattern.Any);
        Filter = new TagFilter(pattern, annotations.ReadList<GlobPattern>(annotations.Find(AnnotationKeys.IgnoreTags), GlobPattern.TryParse));
    }

    private TagExtraction? ReadExtraction()
    {
        var value = annotations.Find(AnnotationKeys.Extract);
        if (_kind is not (UpdateStrategy.Alphabetical or UpdateStrategy.Numerical))
        {
            annotations.NoteWithoutEffect(AnnotationKeys.Extract, $"strategies numerical and alphabetical sort by it, this image has strategy {_name}");
            return null;
        }

        // What is wrong with allow-tags is a problem already.
        if (ReferenceEquals(Filter.Allow, AllowPattern.Nothing))
            return null;
        var allow = Filter.Allow;
        return annotations.Read(
            value,
            (string text, [NotNullWhen(true)] out TagExtraction? extraction, [NotNullWhen(false)] out string? problem) =>
                TagExtraction.TryParse(text, allow, out extraction, out problem));
    }

    private SemVerStrategy ReadSemVer()
    {
        var isStrict = annotations.ReadBoolean(annotations.Find(AnnotationKeys.StrictSemVer));
        var variant = VariantReader.Read(annotations);
        KeepsVariant = variant?.IsKept == true;
        if (!SemVerConstraint.TryParse(ConstraintText, out var constraint, out var problem))
            annotations.Problems.Add(_constraintValue.Problem($"image '{entry.Image}': {problem}"));
        return new SemVerStrategy(constraint ?? SemVerConstraint.Any, isStrict, variant?.Text);
    }

    private void NoteSemVerAlone()
    {
        var why = $"it is for strategy semver, this image has strategy {_name}";
        annotations.ReadBoolean(annotations.Find(AnnotationKeys.StrictSemVer));
        VariantReader.Read(annotations);
        annotations.NoteWithoutEffect(AnnotationKeys.StrictSemVer, why);
        annotations.NoteWithoutEffect(AnnotationKeys.Variant, why);
    }

    private DigestStrategy ReadDigest()
    {
        if (ConstraintText.Length == 0)
            ConstraintText = Tag.Latest.Text;
        if (Tag.TryParse(ConstraintText, out var tag, out var problem))
            return new DigestStrategy(tag);
        annotations.Problems.Add(_constraintValue.Problem($"image '{entry.Image}' has strategy digest, which follows one tag, but no constraint: {problem}"));
        return new DigestStrategy(Tag.Latest);
    }

    private ITagStrategy WithoutConstraint(ITagStrategy strategy)
    {
        if (ConstraintText.Length > 0 && !(entry.AlwaysHasTag && ReferenceEquals(_constraintValue, entry.Value)))
        {
            annotations.Notes.Add(_constraintValue.Problem(
                $"constraint '{Shortened.Text(ConstraintText)}' of image '{entry.Image}' has no effect with strategy {_name}; "
                + "allowed are constraints with semver and a tag to follow with digest, elsewhere allow-tags and ignore-tags narrow the tags"));
        }

        ConstraintText = "";

        return strategy;
    }
}
