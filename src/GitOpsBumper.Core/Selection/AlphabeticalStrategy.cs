using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>The last tag in ordinal order, or the one whose extracted part is last.</summary>
/// <param name="extraction">Null: the whole tag counts.</param>
public sealed class AlphabeticalStrategy(TagExtraction? extraction = null) : ITagStrategy
{
    private readonly string _nothing = extraction is null ? "" : $"gives nothing for extract '{extraction.Replacement}'";

    public UpdateStrategy Kind => UpdateStrategy.Alphabetical;

    public bool NeedsBuildDate => false;

    public TagExtraction? Extraction => extraction;

    public bool TryAccept(Tag tag, out SelectionStep fallsAt, [NotNullWhen(false)] out string? reason)
    {
        fallsAt = SelectionStep.Parse;
        reason = KeyOf(tag) is null ? _nothing : null;
        return reason is null;
    }

    public int? Compare(TagCandidate candidate, TagCandidate current) =>
        KeyOf(candidate.Tag) is { } left && KeyOf(current.Tag) is { } right ? Math.Sign(string.CompareOrdinal(left, right)) : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> accepted)
    {
        var ranked = new List<RankedTag<string>>(accepted.Count);
        foreach (var tag in accepted)
        {
            if (KeyOf(tag) is { } key)
                ranked.Add(new RankedTag<string>(key, tag));
        }

        return RankedTag<string>.BestFirst<Precedence>(ranked);
    }

    private string? KeyOf(Tag tag) => extraction is null ? tag.Text : extraction.Extract(tag.Text);

    private readonly struct Precedence : IComparer<string>
    {
        public int Compare(string? x, string? y) => string.CompareOrdinal(x, y);
    }
}
