using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>What a strategy orders tags by.</summary>
internal interface IRank<TSelf>
    where TSelf : struct, IRank<TSelf>
{
    /// <summary>
    /// The order in one number, as far as it goes: a better rank never has a smaller one, and where two have the same <see cref="Compare"/> decides. Sorting by it is several times faster.
    /// </summary>
    ulong Coarse { get; }

    static abstract int Compare(in TSelf left, in TSelf right);
}

/// <summary>The steps parse and constraint of one strategy: null when the tag passes, otherwise the step at which it falls, with the reason.</summary>
internal delegate SelectionStep? RankReader<TRank>(Tag tag, out TRank rank, out string? reason)
    where TRank : struct, IRank<TRank>;

/// <summary>Puts the tags that pass in order and counts the others.</summary>
internal static class TagRanking
{
    public static IReadOnlyList<Tag> BestFirst<TRank>(RankReader<TRank> read, IReadOnlyList<Tag> tags, SelectionCounts fallen)
        where TRank : struct, IRank<TRank>
    {
        var entries = new List<Entry<TRank>>();
        for (var i = 0; i < tags.Count; i++)
        {
            if (read(tags[i], out var rank, out _) is { } step)
                fallen.Add(step);
            else
                entries.Add(new Entry<TRank>(rank, tags[i]));
        }

        return Array.ConvertAll(Sort(entries.ToArray()), entry => entry.Tag);
    }

    private static Entry<TRank>[] Sort<TRank>(Entry<TRank>[] entries)
        where TRank : struct, IRank<TRank>
    {
        // Inverted, because the sort is ascending and the best one comes first.
        var coarse = Array.ConvertAll(entries, entry => ~entry.Rank.Coarse);
        var order = new int[entries.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(coarse, order);
        var sorted = Array.ConvertAll(order, index => entries[index]);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && coarse[end] == coarse[start])
                end++;
            if (end - start > 1)
                sorted.AsSpan(start, end - start).Sort(default(BestFirstComparer<TRank>));
        }

        return sorted;
    }

    private readonly record struct Entry<TRank>(TRank Rank, Tag Tag)
        where TRank : struct, IRank<TRank>;

    private readonly struct BestFirstComparer<TRank> : IComparer<Entry<TRank>>
        where TRank : struct, IRank<TRank>
    {
        public int Compare(Entry<TRank> x, Entry<TRank> y)
        {
            var order = TRank.Compare(y.Rank, x.Rank);
            return order != 0 ? order : y.Tag.CompareTo(x.Tag);
        }
    }
}
