using System.Runtime.InteropServices;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>A tag with what it is ordered by, so that a sort reads each tag once.</summary>
internal readonly record struct RankedTag<TKey>(TKey Key, Tag Tag)
{
    /// <typeparam name="TComparer">A struct, so that the sort is compiled for it.</typeparam>
    public static IReadOnlyList<Tag> BestFirst<TComparer>(List<RankedTag<TKey>> ranked)
        where TComparer : struct, IComparer<TKey>
    {
        CollectionsMarshal.AsSpan(ranked).Sort(default(BestFirstComparer<TComparer>));
        return ranked.ConvertAll(entry => entry.Tag);
    }

    private readonly struct BestFirstComparer<TComparer> : IComparer<RankedTag<TKey>>
        where TComparer : struct, IComparer<TKey>
    {
        public int Compare(RankedTag<TKey> x, RankedTag<TKey> y)
        {
            var order = default(TComparer).Compare(y.Key, x.Key);
            return order != 0 ? order : y.Tag.CompareTo(x.Tag);
        }
    }
}
