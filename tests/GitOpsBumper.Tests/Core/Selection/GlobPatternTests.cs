using System.Diagnostics;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.Selection;

public sealed class GlobPatternTests
{
    public static TheoryData<string, string, string> Globs => VectorFile.Triples("selection", "globs.tsv");

    public static TheoryData<string, string> NotGlobs => VectorFile.Pairs("selection", "not-globs.tsv");

    [Theory]
    [MemberData(nameof(Globs))]
    public void A_pattern_matches_as_filepath_Match_does(string text, string matching, string others)
    {
        var pattern = Glob(text);
        foreach (var tag in matching.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(pattern.Matches(tag), $"'{text}' should match {tag}");
        foreach (var tag in others.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.False(pattern.Matches(tag), $"'{text}' should not match {tag}");
        Assert.Equal(text, pattern.ToString());
    }

    [Theory]
    [MemberData(nameof(NotGlobs))]
    public void What_is_not_a_pattern_is_named(string text, string named)
    {
        Assert.False(GlobPattern.TryParse(text, out _, out var problem));
        Assert.StartsWith($"pattern '{text}' cannot be read: ", problem, StringComparison.Ordinal);
        Assert.Contains(named, problem[$"pattern '{text}' cannot be read: ".Length..problem.IndexOf("; allowed", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void The_empty_pattern_matches_the_empty_text_alone()
    {
        Assert.True(Glob("").Matches(""));
        Assert.False(Glob("").Matches("a"));
        Assert.True(Glob("*").Matches(""));
    }

    [Fact]
    public void Length_is_bounded()
    {
        Assert.False(GlobPattern.TryParse(new string('a', 257), out _, out var problem));
        Assert.Contains("257 characters", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pattern_can_stall()
    {
        var pattern = Glob(string.Concat(Enumerable.Repeat("*a", 100)) + "b");
        var watch = Stopwatch.StartNew();
        Assert.False(pattern.Matches(new string('a', 20_000)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    private static GlobPattern Glob(string text) => GlobPattern.TryParse(text, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(text));
}
