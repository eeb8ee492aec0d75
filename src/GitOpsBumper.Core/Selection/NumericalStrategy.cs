using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>
/// The greatest number, of any size: build numbers, dates, timestamps. The tag, or its extracted part, is digits alone; leading zeros do not count.
/// </summary>
/// <param name="extraction">Null: the whole tag is the number.</param>
public sealed class NumericalStrategy(TagExtraction? extraction = null) : ITagStrategy
{
    private readonly string _notNumber = extraction is null ? "is not a number" : $"gives no number for extract '{extraction.Replacement}'";

    public UpdateStrategy Kind => UpdateStrategy.Numerical;

    public bool NeedsBuildDate => false;

    public TagExtraction? Extraction => extraction;

    public bool TryAccept(Tag tag, out SelectionStep fallsAt, [NotNullWhen(false)] out string? reason)
    {
        fallsAt = SelectionStep.Parse;
        reason = KeyOf(tag) is null ? _notNumber : null;
        return reason is null;
    }

    public int? Compare(TagCandidate candidate, TagCandidate current) =>
        KeyOf(candidate.Tag) is { } left && KeyOf(current.Tag) is { } right ? NumberKey.Compare(left, right) : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> accepted)
    {
        var ranked = new List<RankedTag<NumberKey>>(accepted.Count);
        foreach (var tag in accepted)
        {
            if (KeyOf(tag) is { } key)
                ranked.Add(new RankedTag<NumberKey>(key, tag));
        }

        return RankedTag<NumberKey>.BestFirst<Precedence>(ranked);
    }

    private NumberKey? KeyOf(Tag tag)
    {
        var text = extraction is null ? tag.Text : extraction.Extract(tag.Text);
        return string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyExceptInRange('0', '9') ? null : new NumberKey(text);
    }

    private readonly struct NumberKey(string digits)
    {
        private readonly int _leadingZeros = digits.AsSpan().IndexOfAnyExcept('0') is >= 0 and var first ? first : digits.Length;

        private ReadOnlySpan<char> Significant => digits.AsSpan(_leadingZeros);

        /// <summary>Without leading zeros the longer number is the greater one; equally long ones compare as text.</summary>
        public static int Compare(NumberKey x, NumberKey y)
        {
            var left = x.Significant;
            var right = y.Significant;
            return left.Length != right.Length ? left.Length.CompareTo(right.Length) : Math.Sign(left.SequenceCompareTo(right));
        }
    }

    private readonly struct Precedence : IComparer<NumberKey>
    {
        public int Compare(NumberKey x, NumberKey y) => NumberKey.Compare(x, y);
    }
}
