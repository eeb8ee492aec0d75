using GitOpsBumper.Core.Versions;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.Versions;

public sealed class SemVerConstraintTests
{
    public static TheoryData<string, string, string> Constraints => VectorFile.Triples("versions", "constraints.tsv");

    public static TheoryData<string, string> NotConstraints => VectorFile.Pairs("versions", "not-constraints.tsv");

    [Theory]
    [MemberData(nameof(Constraints))]
    public void A_constraint_admits_and_refuses_as_Masterminds_does(string text, string admitted, string refused)
    {
        Assert.True(SemVerConstraint.TryParse(text, out var constraint, out var problem), problem);
        foreach (var version in admitted.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(constraint.IsSatisfiedBy(Version(version)), $"'{text}' should admit {version}");
        foreach (var version in refused.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.False(constraint.IsSatisfiedBy(Version(version)), $"'{text}' should refuse {version}");
    }

    [Theory]
    [MemberData(nameof(NotConstraints))]
    public void What_is_not_a_constraint_is_named(string text, string named)
    {
        Assert.False(SemVerConstraint.TryParse(text, out _, out var problem));
        Assert.StartsWith($"constraint '{text}' cannot be read: ", problem, StringComparison.Ordinal);
        Assert.Contains(named, problem[(problem.IndexOf(':', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        Assert.Contains("a constraint is like", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_is_bounded()
    {
        Assert.False(SemVerConstraint.TryParse(new string('1', 513), out _, out var problem));
        Assert.Contains("at most 512", problem, StringComparison.Ordinal);
        Assert.False(SemVerConstraint.TryParse(string.Join("||", Enumerable.Range(1, 33)), out _, out problem));
        Assert.Contains("33 alternatives", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_is_kept_and_an_empty_one_is_a_star()
    {
        Assert.True(SemVerConstraint.TryParse(" ~1.2 ", out var constraint, out _));
        Assert.Equal(" ~1.2 ", constraint.Text);
        Assert.True(SemVerConstraint.TryParse("", out constraint, out _));
        Assert.Equal("*", constraint.Text);
        Assert.Equal("*", SemVerConstraint.Any.Text);
    }

    private static SemVer Version(string text) => SemVer.TryParse(text, out var version) ? version : throw new ArgumentException(text, nameof(text));
}
