using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Whether and how digests of one image are written.</summary>
internal sealed class DigestReader(ImageAnnotations annotations, UpdateStrategy strategy, HelmParameterNames parameters)
{
    public bool PinDigest { get; private set; }

    public DigestFormat Read()
    {
        var pinDigest = annotations.Find(AnnotationKeys.PinDigest);
        var given = annotations.Find(AnnotationKeys.DigestFormat);
        PinDigest = annotations.ReadBoolean(pinDigest);
        var choice = annotations.Read<Choice>(given, TryParse);
        if (strategy != UpdateStrategy.Digest && !PinDigest)
        {
            if (choice is not null)
                annotations.NoteWithoutEffect(AnnotationKeys.DigestFormat, "no digest is written, for that the strategy must be digest or pin-digest \"true\"");
            return DigestFormat.None;
        }

        if (choice?.Format == DigestFormat.None)
        {
            var asked = strategy == UpdateStrategy.Digest ? "strategy digest" : "pin-digest";
            annotations.Problems.Add(given!.Problem($"'none' leaves out the digest that {asked} asks for; allowed are tag@digest and digest"));
        }

        return choice?.Format ?? Default();
    }

    private DigestFormat Default() => parameters.Tag[HelmParameterReader.LastSegmentStart(parameters.Tag)..] is "shasum" or "digest" or "sha256"
        ? DigestFormat.Digest
        : DigestFormat.TagAtDigest;

    private static bool TryParse(string text, [NotNullWhen(true)] out Choice? value, [NotNullWhen(false)] out string? problem)
    {
        value = text switch
        {
            "tag@digest" => new Choice(DigestFormat.TagAtDigest),
            "digest" => new Choice(DigestFormat.Digest),
            "none" => new Choice(DigestFormat.None),
            _ => null,
        };
        problem = value is null ? $"digest format '{Shortened.Text(text)}' is not known; allowed are tag@digest, digest and none{NearestName.Suggest(text, ["tag@digest", "digest", "none"])}" : null;
        return value is not null;
    }

    private sealed record Choice(DigestFormat Format);
}
