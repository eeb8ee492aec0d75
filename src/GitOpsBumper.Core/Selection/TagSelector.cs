using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>From the list of a registry to candidates: tool artefacts, allow-tags, ignore-tags, parse, constraint, order.</summary>
public static class TagSelector
{
    /// <summary>Runs over lists of a hundred thousand tags, so it keeps counts only; <see cref="Explain"/> says why for each tag.</summary>
    public static TagSelection Select(ITagStrategy strategy, TagFilter filter, IReadOnlyList<Tag> tags)
    {
        var fallen = new SelectionCounts();
        var filtered = new List<Tag>();
        for (var i = 0; i < tags.Count; i++)
        {
            if (filter.FallsAt(tags[i]) is { } step)
                fallen.Add(step);
            else
                filtered.Add(tags[i]);
        }

        return new TagSelection(strategy.Kind, tags.Count, fallen, strategy.BestFirst(filtered, fallen));
    }

    /// <summary>
    /// One verdict for each tag, in the order of the list. For strategies that need the build date the eligible tags stand at <see cref="SelectionStep.Platform"/>, because
    /// what comes then takes more than the list.
    /// </summary>
    public static IReadOnlyList<TagVerdict> Explain(ITagStrategy strategy, TagFilter filter, IReadOnlyList<Tag> tags)
    {
        var eligible = Select(strategy, filter, tags).Eligible;
        var best = strategy.NeedsBuildDate || eligible.Count == 0 ? null : eligible[0];
        return [.. tags.Select(tag => Judge(strategy, filter, tag, best))];
    }

    /// <summary>The best one first; ties by ordinal tag text, greatest first. Candidates without anything to order by come last.</summary>
    public static IReadOnlyList<TagCandidate> Rank(ITagStrategy strategy, IEnumerable<TagCandidate> candidates)
    {
        var ranked = candidates.ToList();
        ranked.Sort((left, right) => CompareForRanking(strategy, left, right));
        return ranked;
    }

    private static TagVerdict Judge(ITagStrategy strategy, TagFilter filter, Tag tag, Tag? best)
    {
        if (filter.FallsAt(tag) is { } step)
        {
            return new TagVerdict(tag, step, step switch
            {
                SelectionStep.ToolArtefact => "is a signature, an attestation or the like",
                SelectionStep.AllowTags => $"does not match allow-tags '{filter.Allow}'",
                _ => $"matches ignore-tags '{filter.FindIgnoring(tag)}'",
            });
        }

        if (!strategy.TryAccept(tag, out step, out var reason))
            return new TagVerdict(tag, step, reason);
        if (best is null)
            return new TagVerdict(tag, SelectionStep.Platform, "passes; its build date decides");
        return tag == best
            ? new TagVerdict(tag, SelectionStep.Chosen, "is the best one")
            : new TagVerdict(tag, SelectionStep.Outranked, DescribeOutranked(strategy, tag, best));
    }

    private static string DescribeOutranked(ITagStrategy strategy, Tag tag, Tag best) =>
        strategy.Compare(new TagCandidate(best, null), new TagCandidate(tag, null)) == 0
            ? $"ranks equal to '{best}', which comes later in ordinal order"
            : $"is outranked by '{best}'";

    private static int CompareForRanking(ITagStrategy strategy, TagCandidate left, TagCandidate right)
    {
        var leftRanks = strategy.Compare(left, left) is not null;
        var rightRanks = strategy.Compare(right, right) is not null;
        if (leftRanks != rightRanks)
            return leftRanks ? -1 : 1;
        var order = strategy.Compare(right, left) ?? 0;
        return order != 0 ? order : right.Tag.CompareTo(left.Tag);
    }
}
