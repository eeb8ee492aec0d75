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
        fallsAt = Read(tag, out _, out reason) ?? SelectionStep.Platform;
        return reason is null;
    }

    public int? Compare(TagCandidate candidate, TagCandidate current) =>
        Read(candidate.Tag, out var left, out _) is null && Read(current.Tag, out var right, out _) is null ? NumberRank.Compare(left, right) : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> tags, SelectionCounts fallen) => TagRanking.BestFirst<NumberRank>(Read, tags, fallen);

    private SelectionStep? Read(Tag tag, out NumberRank rank, out string? reason)
    {
        var text = extraction is null ? tag.Text : extraction.Extract(tag.Text);
        var isNumber = !string.IsNullOrEmpty(text) && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
        rank = new NumberRank(isNumber ? text! : "0");
        reason = isNumber ? null : _notNumber;
        return isNumber ? null : SelectionStep.Parse;
    }

    private readonly struct NumberRank(string digits) : IRank<NumberRank>
    {
        private readonly int _leadingZeros = digits.AsSpan().IndexOfAnyExcept('0') is >= 0 and var first ? first : digits.Length;

        /// <summary>The number itself; all that have no room are the greatest one.</summary>
        public ulong Coarse => ulong.TryParse(Significant, out var number) ? number : Significant.IsEmpty ? 0 : ulong.MaxValue;

        private ReadOnlySpan<char> Significant => digits.AsSpan(_leadingZeros);

        /// <summary>Without leading zeros the longer number is the greater one; equally long ones compare as text.</summary>
        public static int Compare(in NumberRank left, in NumberRank right)
        {
            var x = left.Significant;
            var y = right.Significant;
            return x.Length != y.Length ? x.Length.CompareTo(y.Length) : Math.Sign(x.SequenceCompareTo(y));
        }
    }
}
