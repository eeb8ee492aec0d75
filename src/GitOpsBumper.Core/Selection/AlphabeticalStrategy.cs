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
        fallsAt = Read(tag, out _, out reason) ?? SelectionStep.Platform;
        return reason is null;
    }

    public int? Compare(TagCandidate candidate, TagCandidate current) =>
        KeyOf(candidate.Tag) is { } left && KeyOf(current.Tag) is { } right ? Math.Sign(string.CompareOrdinal(left, right)) : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> tags, SelectionCounts fallen) => TagRanking.BestFirst<TextRank>(Read, tags, fallen);

    private SelectionStep? Read(Tag tag, out TextRank rank, out string? reason)
    {
        var key = KeyOf(tag);
        rank = new TextRank(key ?? "");
        reason = key is null ? _nothing : null;
        return key is null ? SelectionStep.Parse : null;
    }

    private string? KeyOf(Tag tag) => extraction is null ? tag.Text : extraction.Extract(tag.Text);

    private readonly struct TextRank(string text) : IRank<TextRank>
    {
        private readonly string _text = text;

        /// <summary>The first four characters.</summary>
        public ulong Coarse
        {
            get
            {
                var coarse = 0UL;
                for (var i = 0; i < 4; i++)
                    coarse = (coarse << 16) | (i < _text.Length ? _text[i] : 0UL);
                return coarse;
            }
        }

        public static int Compare(in TextRank left, in TextRank right) => string.CompareOrdinal(left._text, right._text);
    }
}
