using System.Text;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>One line of a tree object.</summary>
/// <param name="Mode">As git writes it: <c>100644</c>, <c>100755</c>, <c>120000</c>, <c>40000</c>, <c>160000</c>.</param>
/// <param name="Id">Of the object, hex.</param>
internal sealed record TreeEntry(string Mode, string Id)
{
    /// <summary>Finds entries in the raw bytes of a tree: mode, space, name, NUL, binary id.</summary>
    /// <param name="tree">The content of the tree object.</param>
    /// <param name="idBytes">20, or 32 in a SHA-256 repository.</param>
    /// <param name="wanted">Names to look for.</param>
    /// <param name="found">Is called for each entry that is wanted.</param>
    public static void Find(ReadOnlySpan<byte> tree, int idBytes, IReadOnlySet<string> wanted, Action<string, TreeEntry> found)
    {
        while (tree.Length > 0)
        {
            var space = tree.IndexOf((byte)' ');
            var nul = tree.IndexOf((byte)0);
            if (space <= 0 || nul < space || tree.Length < nul + 1 + idBytes)
                throw new InvalidDataException("a tree object is not understood");
            var name = Encoding.UTF8.GetString(tree[(space + 1)..nul]);
            if (wanted.Contains(name))
                found(name, new TreeEntry(Encoding.ASCII.GetString(tree[..space]), Convert.ToHexStringLower(tree.Slice(nul + 1, idBytes))));
            tree = tree[(nul + 1 + idBytes)..];
        }
    }
}
