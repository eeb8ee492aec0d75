using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Tests.Core.Planning;
using static GitOpsBumper.Tests.Core.Selection.SelectionParts;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class VariantLawTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly Gen<string> Variant = Gen.Elements("", "", "-alpine", "-alpine3.19", "-alpine3.20", "-slim-bookworm", "-rcx", "-dev", "-1");

    private static readonly Gen<string> AnyTag =
        from prefix in Gen.Elements("", "", "v")
        from major in Gen.Elements("0", "1", "2", "17", "18446744073709551615", "1234567")
        from rest in Gen.Elements("", ".0", ".9", ".10", ".9.0", ".9.1", ".10.12")
        from prerelease in Gen.Elements("", "", "", "-rc1", "-rc2", "-rc10", "-rc.1", "rc1", "RC2", "b4", "-beta.2.1", "-dev8", "-nightly")
        from variant in Variant
        select prefix + major + rest + prerelease + variant;

    private static readonly Gen<string> TagOrWord = Gen.Frequency((9, AnyTag), (1, Gen.Elements("latest", "stable-alpine", "alpine3.20", "1.0.sig", "1.2.3-", "1_2")));

    [Fact]
    public void A_kept_variant_stays_and_never_goes_down() => Check.One(Config, Prop.ForAll(Lists, Any, Constraints, (tags, current, constraint) =>
    {
        var file = Decide(tags, current, constraint, out var written);
        if (written is null)
            return;
        var strategy = new SemVerStrategy(Constraint(constraint), variant: SemVerStrategy.VariantOf(Tag(current)));
        Assert.Contains(written, tags);
        Assert.Equal(SemVerStrategy.VariantOf(Tag(current)), SemVerStrategy.VariantOf(Tag(written)));
        Assert.True(Compare(strategy, written, current) > 0, $"{current} went to {written}:\n{file}");
    }));

    [Fact]
    public void Choosing_twice_is_stable() => Check.One(Config, Prop.ForAll(Lists, Any, Constraints, (tags, current, constraint) =>
    {
        Decide(tags, current, constraint, out var written);
        if (written is null)
            return;
        Decide(tags, written, constraint, out var again);
        Assert.Null(again);
    }));

    [Fact]
    public void Every_tag_that_semver_reads_is_read_with_variants_too() => Check.One(Config, Prop.ForAll(Any, text =>
        SemVer(">=0-0").TryAccept(Tag(text), out _, out _) ? SemVerStrategy.VariantOf(Tag(text)) is not null : true));

    [Fact]
    public void Comparing_variants_is_antisymmetric_and_transitive() => Check.One(Config, Prop.ForAll(Any, Any, Any, (a, b, c) =>
    {
        var strategy = new SemVerStrategy(Constraint(""), variant: "alpine");
        var ab = Compare(strategy, a, b);
        Assert.Equal(ab, -Compare(strategy, b, a));
        Assert.True(!(ab >= 0 && Compare(strategy, b, c) >= 0) || Compare(strategy, a, c) >= 0);
    }));

    [Fact]
    public void The_order_is_that_of_comparing_then_of_the_text() => Check.One(Config, Prop.ForAll(Lists, tags =>
    {
        var strategy = new SemVerStrategy(Constraint(">=0-0"), variant: "alpine");
        var eligible = TagSelector.Select(strategy, TagFilter.Everything, [.. tags.Select(Tag)]).Eligible;
        return eligible.All(tag => SemVerStrategy.VariantOf(tag) == "alpine") && eligible.Zip(eligible.Skip(1)).All(pair =>
        {
            var order = Compare(strategy, pair.First.Text, pair.Second.Text);
            return order > 0 || (order == 0 && pair.First >= pair.Second);
        });
    }));

    private static Arbitrary<string[]> Lists => TagOrWord.ArrayOf().Select(tags => tags.Distinct().ToArray()).ToArbitrary();

    private static Arbitrary<string> Any => TagOrWord.ToArbitrary();

    private static Arbitrary<string> Constraints => Gen.Elements("", "~1", ">=1-0", "^1.9-0 || ~17").ToArbitrary();

    /// <summary>The whole way from annotations and file to the file.</summary>
    private static string? Decide(string[] tags, string current, string constraint, out string? written)
    {
        var registry = new RegistryWorld();
        foreach (var tag in tags)
            registry.Push(tag);
        var world = PlanningCase.Of(
            $"web=team/web:{constraint}".TrimEnd(':'), "docker.io/team/web", registry,
            $"helm:\n  parameters:\n  - name: image.name\n    value: team/web\n  - name: image.tag\n    value: \"{current}\"\n", "web.variant=keep");
        written = (Assert.Single(world.Cycle().Images).Decision as GitOpsBumper.Core.Planning.ImageDecision.Update)?.Value.Tag?.Text;
        return world.File;
    }
}
