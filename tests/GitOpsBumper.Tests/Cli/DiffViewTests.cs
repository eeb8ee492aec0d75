using GitOpsBumper.Cli.Output;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Tests.Cli;

public sealed class DiffViewTests
{
    [Fact]
    public void A_new_file_is_all_additions() => Assert.Equal(
        ["--- /dev/null", "+++ b/a.yaml", "@@ -0,0 +1,2 @@", "+x: 1", "+y: 2"],
        Lines(null, "x: 1\ny: 2\n"));

    [Fact]
    public void A_change_has_three_lines_around_it_and_distant_changes_are_apart() => Assert.Equal(
        [
            "--- a/a.yaml", "+++ b/a.yaml",
            "@@ -1,5 +1,5 @@", " 1", "-2", "+two", " 3", " 4", " 5",
            "@@ -10,4 +10,5 @@", " 10", " 11", " 12", "+12b", " 13",
        ],
        Lines("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n", "1\ntwo\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n12b\n13\n"));

    [Fact]
    public void Control_characters_of_a_file_do_not_reach_the_terminal() => Assert.DoesNotContain(
        '\u001b', DiffView.Text(new FileChange(Path, "a\n", "a\u001b[31m\n")));

    private static RepositoryPath Path => RepositoryPath.TryParse("a.yaml", out var path, out _) ? path : throw new InvalidOperationException();

    private static IReadOnlyList<string> Lines(string? before, string after) => DiffView.Lines(new FileChange(Path, before, after));
}
