using System.Diagnostics;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class AllowPatternTests
{
    public static TheoryData<string, string, string> Expressions => VectorFile.Triples("selection", "expressions.tsv");

    public static TheoryData<string, string> NotExpressions => VectorFile.Pairs("selection", "not-expressions.tsv");

    public static TheoryData<string, string, string, string> Extractions => VectorFile.Quadruples("selection", "extractions.tsv");

    [Theory]
    [MemberData(nameof(Expressions))]
    public void An_expression_matches_as_in_Go(string expression, string matching, string others)
    {
        var pattern = Expression(expression);
        foreach (var tag in matching.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(pattern.Matches(tag), $"'{expression}' should match {tag}");
        foreach (var tag in others.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.False(pattern.Matches(tag), $"'{expression}' should not match {tag}");
    }

    [Theory]
    [InlineData("^a$", "a", "a\n")]
    [InlineData(@"a\z", "a", "a\n")]
    [InlineData("(?m)^a$", "a\nb", "ab")]
    [InlineData("^a.b$", "a\rb", "a\nb")]
    [InlineData("(?s)^a.b$", "a\nb", "ab")]
    [InlineData(@"^\d$", "7", "\u0667")]
    [InlineData(@"^\w$", "e", "\u00e9")]
    [InlineData(@"^\s$", " ", "\v")]
    [InlineData("^[[:space:]]$", "\v", "\u00a0")]
    [InlineData("^[^a]$", "\n", "a")]
    public void Line_ends_and_letters_outside_ASCII_are_read_as_in_Go(string expression, string matching, string other)
    {
        Assert.True(Expression(expression).Matches(matching));
        Assert.False(Expression(expression).Matches(other));
    }

    [Theory]
    [MemberData(nameof(NotExpressions))]
    public void What_is_not_RE2_is_named(string expression, string named)
    {
        Assert.False(AllowPattern.TryParse("regexp:" + expression, out _, out var problem));
        Assert.StartsWith($"regular expression '{expression}' ", problem, StringComparison.Ordinal);
        Assert.Contains(named, problem[$"regular expression '{expression}' ".Length..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("any")]
    [InlineData("ANY")]
    public void Any_matches_everything(string text)
    {
        Assert.True(AllowPattern.TryParse(text, out var pattern, out _));
        Assert.True(pattern.Matches("latest"));
        Assert.False(pattern.IsExpression);
    }

    [Theory]
    [InlineData("")]
    [InlineData("^1")]
    [InlineData("glob:1.*")]
    [InlineData("regex:^1")]
    public void Another_kind_of_pattern_is_named_with_what_is_allowed(string text)
    {
        Assert.False(AllowPattern.TryParse(text, out _, out var problem));
        Assert.Equal($"'{text}' is neither 'any' nor 'regexp:' followed by a regular expression (RE2)", problem);
    }

    [Fact]
    public void Nothing_matches_nothing()
    {
        Assert.False(AllowPattern.Nothing.Matches("latest"));
        Assert.False(AllowPattern.Nothing.Matches(""));
        Assert.Null(AllowPattern.Nothing.Extract("latest", "$0"));
    }

    [Fact]
    public void Length_is_bounded()
    {
        Assert.True(AllowPattern.TryParse("regexp:" + new string('a', 1024), out _, out _));
        Assert.False(AllowPattern.TryParse("regexp:" + new string('a', 1025), out _, out var problem));
        Assert.Contains("1025 characters, at most 1024", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|aa)+$")]
    [InlineData("^(a|a?)+$")]
    [InlineData("(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)b$")]
    public void No_expression_can_stall(string expression)
    {
        var pattern = Expression(expression);
        var watch = Stopwatch.StartNew();
        Assert.False(pattern.Matches(new string('a', 20_000) + "!"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Theory]
    [MemberData(nameof(Extractions))]
    public void Groups_are_filled_in_as_in_Go(string expression, string replacement, string tag, string extracted) =>
        Assert.Equal(extracted, Expression(expression).Extract(tag, replacement) ?? "");

    [Fact]
    public void A_tag_that_does_not_match_gives_nothing() => Assert.Null(Expression("^x").Extract("y", "constant"));

    [Theory]
    [InlineData("regexp:^(?P<ts>[0-9]+)$", "$id", "names group 'id'")]
    [InlineData("regexp:^(?P<ts>[0-9]+)$", "$2", "names group '2'")]
    [InlineData("regexp:^(?P<ts>[0-9]+)$", "$tsx", "names group 'tsx'")]
    [InlineData("regexp:^(?P<ts>[0-9]+)$", "ts", "names no group")]
    [InlineData("regexp:^(?P<ts>[0-9]+)$", "", "names no group")]
    [InlineData("any", "$1", "but allow-tags is 'any'")]
    public void A_replacement_that_can_never_give_anything_is_named(string allow, string replacement, string part)
    {
        Assert.True(AllowPattern.TryParse(allow, out var pattern, out _));
        Assert.False(TagExtraction.TryParse(replacement, pattern, out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    private static AllowPattern Expression(string expression) =>
        AllowPattern.TryParse("regexp:" + expression, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(expression));
}
