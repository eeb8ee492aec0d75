using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>How many tags fell at each step.</summary>
public sealed class SelectionCounts
{
    private readonly int[] _counts = new int[Enum.GetValues<SelectionStep>().Length];

    public int this[SelectionStep step] => _counts[(int)step];

    public void Add(SelectionStep step, int count = 1) => _counts[(int)step] += count;
}

/// <summary>What a tag list came to.</summary>
public sealed record TagSelection
{
    /// <summary>Digits.</summary>
    private const int LongNumber = 7;

    private readonly SelectionCounts _fallen;

    internal TagSelection(UpdateStrategy strategy, int listed, SelectionCounts fallen, IReadOnlyList<Tag> eligible)
    {
        Strategy = strategy;
        Listed = listed;
        Eligible = eligible;
        _fallen = fallen;
    }

    public UpdateStrategy Strategy { get; }

    /// <summary>How many tags there were.</summary>
    public int Listed { get; }

    /// <summary>The tags that passed every step; the best one first, except for strategies that need the build date, where the order means nothing.</summary>
    public IReadOnlyList<Tag> Eligible { get; }

    /// <summary>As if some tags were not there.</summary>
    public TagSelection Without(IReadOnlySet<Tag> tags) =>
        tags.Count == 0 ? this : new TagSelection(Strategy, Listed - tags.Count, _fallen, [.. Eligible.Where(tag => !tags.Contains(tag))]);

    /// <summary>How the list went, to be read as the reason why nothing could be chosen: <c>12 tags, 10 not allowed by allow-tags, 2 not versions</c>.</summary>
    public string Summary
    {
        get
        {
            if (Listed == 0)
                return "the repository has no tags";
            var parts = new List<string> { Listed == 1 ? "1 tag" : $"{Listed} tags" };
            foreach (var step in Enum.GetValues<SelectionStep>())
            {
                if (FallenAt(step) > 0)
                    parts.Add($"{FallenAt(step)} {Describe(step)}");
            }

            if (Eligible.Count > 0)
                parts.Add($"{Eligible.Count} eligible");
            return string.Join(", ", parts);
        }
    }

    /// <summary>
    /// What people should look at though something was chosen: the best version is a long number among versions with dots, and may be a commit or a date. Null when there is no doubt.
    /// </summary>
    public string? Doubt =>
        Strategy == UpdateStrategy.SemVer && Eligible.Count > 1 && IsLongNumber(Eligible[0]) && Eligible.Any(tag => tag.Text.Contains('.', StringComparison.Ordinal))
            ? $"{Eligible[0]} may be a commit or a date rather than a version: strict-semver: \"true\" leaves such tags out"
            : null;

    /// <summary>Whether the version in front is one number of seven digits or more: a short commit hash has seven, a date eight.</summary>
    public static bool IsLongNumber(Tag tag)
    {
        var text = tag.Text.AsSpan(tag.Text.StartsWith('v') ? 1 : 0);
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        return digits < 0 ? text.Length >= LongNumber : digits >= LongNumber && text[digits] != '.';
    }

    /// <summary>How many tags fell at a step.</summary>
    public int FallenAt(SelectionStep step) => _fallen[step];

    private string Describe(SelectionStep step) => step switch
    {
        SelectionStep.ToolArtefact => "signatures or attestations",
        SelectionStep.AllowTags => "not allowed by allow-tags",
        SelectionStep.IgnoreTags => "ignored by ignore-tags",
        SelectionStep.Parse when Strategy == UpdateStrategy.SemVer => "not versions",
        SelectionStep.Parse when Strategy == UpdateStrategy.Numerical => "not numbers",
        SelectionStep.Parse => "without anything to extract",
        SelectionStep.Variant => "of another variant",
        SelectionStep.Constraint when Strategy == UpdateStrategy.Digest => "with another name than the wanted one",
        SelectionStep.Constraint => "outside the constraint",
        _ => throw new InvalidOperationException($"no tag falls at {step} here"),
    };
}
