using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Versions;

namespace GitOpsBumper.Tests.Core.Versions;

public sealed class SemVerLawTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(2000);

    /// <summary>From few parts, so that versions are often equal or differ late.</summary>
    private static readonly Gen<string> Texts =
        from prefix in Gen.Elements("", "v")
        from count in Gen.Choose(1, 3)
        from numbers in Gen.ListOf(Gen.Elements("0", "1", "2", "10", "02", "18446744073709551615", "20260818123456"), count)
        from prerelease in Gen.Elements("", "", "-0", "-9", "-10", "-a", "-rc", "-rc.1", "-rc.2", "-rc.10", "-rc.1.x", "-1-1", "--", "-99999999999999999999", "-100000000000000000000")
        from metadata in Gen.Elements("", "", "+a", "+001")
        select prefix + string.Join('.', numbers) + prerelease + metadata;

    private static readonly Arbitrary<SemVer> Versions = Texts.Select(Parse).ToArbitrary();

    [Fact]
    public void What_is_printed_reads_back_equal() =>
        Check.One(Config, Prop.ForAll(Versions, version => Parse(version.ToString()) == version && Parse(version.ToString()).ToString() == version.ToString()));

    [Fact]
    public void The_canonical_spelling_reads_back_equal() => Check.One(Config, Prop.ForAll(Versions, version =>
    {
        var prerelease = version.Prerelease.Length > 0 ? "-" + version.Prerelease : "";
        return Parse($"{version.Major}.{version.Minor}.{version.Patch}{prerelease}") == version;
    }));

    [Fact]
    public void The_order_is_antisymmetric_and_agrees_with_equality() => Check.One(Config, Prop.ForAll(Versions, Versions, (left, right) =>
        left.CompareTo(right) == -right.CompareTo(left)
        && (left.CompareTo(right) == 0) == left.Equals(right)
        && (!left.Equals(right) || left.GetHashCode() == right.GetHashCode())));

    [Fact]
    public void The_order_is_transitive() => Check.One(Config, Prop.ForAll(Versions, Versions, Versions, (a, b, c) =>
    {
        var sorted = new[] { a, b, c };
        Array.Sort(sorted);
        return sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2];
    }));

    [Fact]
    public void Any_text_is_read_or_refused_without_an_exception() => Check.One(Config, Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
    {
        _ = SemVer.TryParse(text.Get, out _);
        Assert.True(SemVerConstraint.TryParse(text.Get, out _, out var problem) == problem is null);
    }));

    [Fact]
    public void Ranges_agree_with_the_two_comparisons_they_stand_for() => Check.One(Config, Prop.ForAll(Versions, Versions, Versions, (low, high, version) =>
    {
        var range = Constraint($"{low} - {high}");
        var comparisons = Constraint($">={low}, <={high}");
        return range.IsSatisfiedBy(version) == comparisons.IsSatisfiedBy(version);
    }));

    [Fact]
    public void A_release_satisfies_exactly_one_of_less_and_greater_or_equal() => Check.One(Config, Prop.ForAll(Versions, Versions, (bound, version) =>
        version.Prerelease.Length > 0 || (Constraint($"<{bound}").IsSatisfiedBy(version) ^ Constraint($">={bound}").IsSatisfiedBy(version))));

    [Fact]
    public void A_release_satisfies_exactly_one_of_equal_and_not_equal() => Check.One(Config, Prop.ForAll(Versions, Versions, (bound, version) =>
        version.Prerelease.Length > 0 || bound.Prerelease.Length > 0 || (Constraint($"={bound}").IsSatisfiedBy(version) ^ Constraint($"!={bound}").IsSatisfiedBy(version))));

    private static SemVer Parse(string text) => SemVer.TryParse(text, out var version) ? version : throw new ArgumentException(text, nameof(text));

    private static SemVerConstraint Constraint(string text) => SemVerConstraint.TryParse(text, out var constraint, out var problem) ? constraint : throw new ArgumentException(problem, nameof(text));
}
