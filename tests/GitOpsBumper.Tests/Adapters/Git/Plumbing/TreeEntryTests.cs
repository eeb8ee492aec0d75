using System.Text;
using GitOpsBumper.Adapters.Git.Plumbing;

namespace GitOpsBumper.Tests.Adapters.Git.Plumbing;

public sealed class TreeEntryTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(32)]
    public void Wanted_entries_are_found_with_mode_and_id(int idBytes)
    {
        var tree = Tree(idBytes, ("100644", "a b"), ("100755", "run"), ("40000", "süß"), ("120000", "link"), ("160000", "module"));

        Assert.Equal(
            [("a b", "100644", 0), ("run", "100755", 1), ("süß", "40000", 2), ("link", "120000", 3), ("module", "160000", 4)],
            Find(tree, idBytes, "module", "a b", "run", "süß", "link").Select(entry => (entry.Name, entry.Entry.Mode, (int)entry.Entry.Id[1] - '0')));
        Assert.All(Find(tree, idBytes, "run"), entry => Assert.Equal(idBytes * 2, entry.Entry.Id.Length));
    }

    [Fact]
    public void Names_are_compared_whole_and_with_case()
    {
        var tree = Tree(20, ("100644", "values.yaml"));
        Assert.Empty(Find(tree, 20, "Values.yaml", "values", "values.yaml.bak"));
    }

    [Fact]
    public void An_id_with_a_nul_or_a_space_in_it_does_not_confuse()
    {
        byte[] tree = [.. Encoding.UTF8.GetBytes("100644 a\0"), .. Enumerable.Repeat((byte)0, 10), .. Enumerable.Repeat((byte)' ', 10), .. Tree(20, ("100644", "b"))];
        Assert.Equal(["a", "b"], Find(tree, 20, "a", "b").Select(entry => entry.Name));
    }

    [Fact]
    public void An_empty_tree_has_nothing() => Assert.Empty(Find([], 20, "a"));

    [Theory]
    [InlineData("100644 a")]
    [InlineData("100644 a\0short")]
    [InlineData("nonsense")]
    [InlineData("a\0b c")]
    public void A_broken_tree_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => Find(Encoding.UTF8.GetBytes(text), 20, "a"));

    private static List<(string Name, TreeEntry Entry)> Find(byte[] tree, int idBytes, params string[] wanted)
    {
        var found = new List<(string, TreeEntry)>();
        TreeEntry.Find(tree, idBytes, wanted.ToHashSet(StringComparer.Ordinal), (name, entry) => found.Add((name, entry)));
        return found;
    }

    private static byte[] Tree(int idBytes, params (string Mode, string Name)[] entries) =>
        [.. entries.SelectMany((entry, index) => (byte[])[.. Encoding.UTF8.GetBytes($"{entry.Mode} {entry.Name}\0"), .. Enumerable.Repeat((byte)index, idBytes)])];
}
