using GitOpsBumper.Cli.Output;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Tests.Cli;

/// <summary>The corners in which <c>git diff</c> has rules of its own.</summary>
public sealed class DiffViewEdgeTests
{
    [Fact]
    public void One_line_has_no_count() => Assert.Equal(["@@ -1 +1 @@", "-a", "+b"], Hunks("a\n", "b\n"));

    [Fact]
    public void A_file_of_one_line_is_new() => Assert.Equal(["@@ -0,0 +1 @@", "+a"], Hunks(null, "a\n"));

    [Fact]
    public void A_file_that_is_emptied_begins_nowhere() => Assert.Equal(["@@ -1,2 +0,0 @@", "-a", "-b"], Hunks("a\nb\n", ""));

    [Fact]
    public void A_missing_line_end_is_told() => Assert.Equal(
        ["@@ -1,2 +1,2 @@", " a", "-b", "\\ No newline at end of file", "+c", "\\ No newline at end of file"], Hunks("a\nb", "a\nc"));

    [Fact]
    public void A_line_end_that_is_added_is_a_change() => Assert.Equal(
        ["@@ -1,2 +1,2 @@", " a", "-b", "\\ No newline at end of file", "+b"], Hunks("a\nb", "a\nb\n"));

    [Fact]
    public void A_missing_line_end_behind_the_change_is_told_once() => Assert.Equal(
        ["@@ -1,2 +1,2 @@", "-a", "+x", " b", "\\ No newline at end of file"], Hunks("a\nb", "x\nb"));

    [Fact]
    public void Other_line_ends_are_a_change_too() => Assert.Equal(["@@ -1,2 +1,2 @@", "-a\r", "+a", " b"], Hunks("a\r\nb\n", "a\nb\n"));

    [Fact]
    public void Lone_returns_are_no_line_ends() => Assert.Equal(["@@ -1 +1 @@", "-a\uFFFDb\r", "+a\uFFFDc\r"], Hunks("a\rb\r\n", "a\rc\r\n"));

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    public void Six_lines_between_two_changes_join_them_and_seven_do_not(int between, int hunks)
    {
        var middle = string.Concat(Enumerable.Range(1, between).Select(line => $"{line}\n"));
        Assert.Equal(hunks, Hunks($"a\n{middle}b\n", $"A\n{middle}B\n").Count(line => line.StartsWith("@@", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_was_added_before_moves_the_later_hunks() => Assert.Equal(
        ["@@ -1,3 +1,5 @@", "+x", "+y", " 1", " 2", " 3", "@@ -7,4 +9,3 @@", " 7", " 8", " 9", "-10"],
        Hunks("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "x\ny\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"));

    private static IEnumerable<string> Hunks(string? before, string after)
    {
        Assert.True(RepositoryPath.TryParse("charts/a.yaml", out var path, out var problem), problem);
        var lines = DiffView.Lines(new FileChange(path, before, after));
        Assert.Equal([before is null ? "--- /dev/null" : "--- a/charts/a.yaml", "+++ b/charts/a.yaml"], lines.Take(2));
        return lines.Skip(2);
    }
}
