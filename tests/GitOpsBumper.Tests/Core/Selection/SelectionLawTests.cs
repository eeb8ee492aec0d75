using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;
using static GitOpsBumper.Tests.Core.Selection.SelectionParts;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class SelectionLawTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(500);

    private static readonly AllowPattern Numbered = Expression(@"^[a-z]*-?v?(?P<n>\d+)");

    private static readonly TagFilter Filter = Filter(@"^[a-z]*-?v?\d", "*-beta*", "2.0*");

    private static readonly Gen<Tag> AnyTag = Gen.OneOf(
        from major in Gen.Elements("0", "1", "2", "01", "16777215", "16777216", "20260818123456789", "18446744073709551615", "18446744073709551616")
        from minor in Gen.Elements("", ".0", ".9", ".10", ".1048575", ".1048576")
        from patch in Gen.Elements("", ".0", ".7", ".524287", ".524288")
        from suffix in Gen.Elements("", "", "-rc.1", "-rc.10", "-rc.9", "-beta", "-alpine", "-x_y")
        from prefix in Gen.Elements("", "v")
        select Tag(prefix + major + minor + patch + suffix),
        Gen.Elements("latest", "a", "main-7", "main-07", "main-10", "sha256-abc", "1.0.sig", "stable", "7", "007", "10").Select(Tag));

    private static readonly Arbitrary<Tag[]> TagLists = AnyTag.ArrayOf().ToArbitrary();

    public static TheoryData<UpdateStrategy, string> Strategies => new(
        (UpdateStrategy.SemVer, "*"),
        (UpdateStrategy.SemVer, ">=1-0 <2 || ~2.9"),
        (UpdateStrategy.Alphabetical, ""),
        (UpdateStrategy.Alphabetical, "$n"),
        (UpdateStrategy.Numerical, ""),
        (UpdateStrategy.Numerical, "$n"),
        (UpdateStrategy.NewestBuild, ""),
        (UpdateStrategy.Digest, "latest"));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void What_is_eligible_is_listed_allowed_and_accepted(UpdateStrategy kind, string argument) => Check.One(Config, Prop.ForAll(TagLists, tags =>
    {
        var strategy = Strategy(kind, argument);
        var eligible = TagSelector.Select(strategy, Filter, tags).Eligible.ToHashSet();
        return tags.All(tag => eligible.Contains(tag) == (Filter.FallsAt(tag) is null && strategy.TryAccept(tag, out _, out _))) && eligible.IsSubsetOf(tags);
    }));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_order_is_that_of_the_strategy_then_of_the_text(UpdateStrategy kind, string argument) => Check.One(Config, Prop.ForAll(TagLists, tags =>
    {
        var strategy = Strategy(kind, argument);
        var eligible = TagSelector.Select(strategy, TagFilter.Everything, tags).Eligible;
        return strategy.NeedsBuildDate || eligible.Zip(eligible.Skip(1)).All(pair =>
        {
            var order = Compare(strategy, pair.First.Text, pair.Second.Text);
            return order > 0 || (order == 0 && pair.First >= pair.Second);
        });
    }));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_order_of_the_list_does_not_matter(UpdateStrategy kind, string argument) => Check.One(Config, Prop.ForAll(TagLists, ArbMap.Default.ArbFor<int>(), (tags, seed) =>
    {
        var strategy = Strategy(kind, argument);
        var shuffled = tags.ToArray();
        new System.Random(seed).Shuffle(shuffled);
        var one = TagSelector.Select(strategy, Filter, tags);
        var other = TagSelector.Select(strategy, Filter, shuffled);
        return one.Summary == other.Summary && (strategy.NeedsBuildDate ? one.Eligible.Order().SequenceEqual(other.Eligible.Order()) : one.Eligible.SequenceEqual(other.Eligible));
    }));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_counts_and_the_explanations_agree(UpdateStrategy kind, string argument) => Check.One(Config, Prop.ForAll(TagLists, list =>
    {
        var tags = list.Distinct().ToArray();
        var strategy = Strategy(kind, argument);
        var selection = TagSelector.Select(strategy, Filter, tags);
        var verdicts = TagSelector.Explain(strategy, Filter, tags);
        Assert.Equal(tags, verdicts.Select(verdict => verdict.Tag));
        foreach (var step in new[] { SelectionStep.ToolArtefact, SelectionStep.AllowTags, SelectionStep.IgnoreTags, SelectionStep.Parse, SelectionStep.Constraint })
            Assert.Equal(selection.FallenAt(step), verdicts.Count(verdict => verdict.Step == step));
        Assert.Equal(strategy.NeedsBuildDate || selection.Eligible.Count == 0 ? null : selection.Eligible[0], verdicts.SingleOrDefault(verdict => verdict.Step == SelectionStep.Chosen)?.Tag);
    }));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Comparing_is_antisymmetric_and_transitive(UpdateStrategy kind, string argument) =>
        Check.One(Config, Prop.ForAll(AnyTag.ToArbitrary(), AnyTag.ToArbitrary(), AnyTag.ToArbitrary(), (a, b, c) =>
        {
            var strategy = Strategy(kind, argument);
            var ab = Compare(strategy, a.Text, b.Text);
            var bc = Compare(strategy, b.Text, c.Text);
            Assert.Equal(ab, -Compare(strategy, b.Text, a.Text));
            Assert.True(!(ab >= 0 && bc >= 0) || Compare(strategy, a.Text, c.Text) >= 0);
        }));

    [Fact]
    public void Numbers_are_ordered_as_big_integers() => Check.One(Config, Prop.ForAll(
        Gen.Choose(0, 9).Select(digit => (char)('0' + digit)).NonEmptyListOf().Select(digits => string.Concat(digits.Take(60))).ArrayOf().ToArbitrary(),
        numbers =>
        {
            var selected = TagSelector.Select(new NumericalStrategy(), TagFilter.Everything, [.. numbers.Select(Tag)]).Eligible.Select(tag => tag.Text);
            return selected.SequenceEqual(numbers.OrderByDescending(BigInteger.Parse).ThenByDescending(number => number, StringComparer.Ordinal));
        }));

    private static ITagStrategy Strategy(UpdateStrategy kind, string argument)
    {
        var extraction = argument == "$n" ? Extraction(argument, Numbered) : null;
        return kind switch
        {
            UpdateStrategy.SemVer => SemVer(argument),
            UpdateStrategy.Alphabetical => new AlphabeticalStrategy(extraction),
            UpdateStrategy.Numerical => new NumericalStrategy(extraction),
            UpdateStrategy.NewestBuild => new NewestBuildStrategy(),
            UpdateStrategy.Digest => new DigestStrategy(Tag(argument)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }
}
