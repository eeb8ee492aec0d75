using System.Text;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>Lists the files below folders of a commit, from the trees that a clone without blobs has.</summary>
internal sealed class TreeLister(GitCommand git)
{
    /// <summary>More folders than that are asked for in several goes.</summary>
    private const int MaxFolders = 200;

    /// <param name="tip">Of a branch.</param>
    /// <param name="folders">Or files, which list themselves; what is not there lists nothing.</param>
    /// <param name="wants">Told of each file's path.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    public async Task ListAsync(CommitId tip, IReadOnlyCollection<RepositoryPath> folders, Action<RepositoryPath> wants, CancellationToken cancellationToken)
    {
        foreach (var some in folders.Contains(RepositoryPath.Root) ? [[]] : folders.Select(folder => folder.Text).Chunk(MaxFolders))
        {
            var result = await git.LocalAsync(
                ["ls-tree", "-r", "-z", "--full-tree", "--format=%(objectmode) %(path)", tip.Hex, "--", .. some],
                cancellationToken,
                readOutput: (output, token) => ReadAsync(output, wants, token)).ConfigureAwait(false);
            git.Check(result, "list the files of");
        }
    }

    private static async Task ReadAsync(Stream output, Action<RepositoryPath> wants, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(output, Encoding.UTF8, leaveOpen: true);
        var buffer = new char[16 * 1024];
        var entry = new StringBuilder();
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            foreach (var c in buffer.AsSpan(0, read))
            {
                if (c != '\0')
                {
                    entry.Append(c);
                    continue;
                }

                // Links and submodules are not looked into.
                if (entry.Length > 7 && entry[0] == '1' && entry[1] == '0' && RepositoryPath.TryParse(entry.ToString(7, entry.Length - 7), out var path, out _))
                    wants(path);
                entry.Clear();
            }
        }
    }
}
