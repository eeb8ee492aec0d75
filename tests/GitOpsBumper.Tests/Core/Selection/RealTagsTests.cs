using GitOpsBumper.Core.Selection;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class RealTagsTests
{
    public static TheoryData<RealTagsCase> Cases => [.. VectorFile.Rows("selection", "real-tags.tsv").Select(row => new RealTagsCase(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_best_tags_of_real_lists_are_found(RealTagsCase example)
    {
        var tags = VectorFile.Rows("tags", example.Repository + ".tsv").Select(row => SelectionParts.Tag(row[0])).ToArray();
        var allow = example.Expression.Length == 0 ? AllowPattern.Any : SelectionParts.Expression(example.Expression);
        var ignore = example.Ignore.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(SelectionParts.Glob).ToArray();
        var selection = TagSelector.Select(Strategy(example, allow), new TagFilter(allow, ignore), tags);

        int[] counts = [selection.Listed, .. Steps.Select(selection.FallenAt), selection.Eligible.Count];
        Assert.Equal(example.Counts, string.Join(' ', counts));
        Assert.Equal(example.Best, string.Join(' ', selection.Eligible.Take(4)));
        Assert.Equal(0, selection.FallenAt(SelectionStep.ToolArtefact));
    }

    private static readonly SelectionStep[] Steps = [SelectionStep.AllowTags, SelectionStep.IgnoreTags, SelectionStep.Parse, SelectionStep.Constraint];

    private static ITagStrategy Strategy(RealTagsCase example, AllowPattern allow)
    {
        var extraction = example.Extract.Length == 0 ? null : SelectionParts.Extraction(example.Extract, allow);
        return example.Strategy switch
        {
            "semver" => new SemVerStrategy(SelectionParts.Constraint(example.Constraint)),
            "numerical" => new NumericalStrategy(extraction),
            "alphabetical" => new AlphabeticalStrategy(extraction),
            _ => throw new ArgumentException(example.Strategy, nameof(example)),
        };
    }
}

public sealed record RealTagsCase(string Repository, string Strategy, string Constraint, string Expression, string Ignore, string Extract, string Counts, string Best);
