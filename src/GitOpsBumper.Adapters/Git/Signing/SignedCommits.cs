using System.Text;
using GitOpsBumper.Adapters.Git.Plumbing;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>
/// Makes commits again with signatures. Each one names the one before it by a hash over its signature, so they are signed one after another, with one process each; all else costs two
/// processes for all of them.
/// </summary>
internal sealed class SignedCommits(GitCommand git, CommitIdentity identity, DateTimeOffset when)
{
    /// <summary>From so many on they stay in a pack, as git itself has it.</summary>
    private const int PackedFrom = 100;

    /// <param name="tip">What the first one stands on.</param>
    /// <param name="unsigned">The same commits without signatures, which have the trees.</param>
    /// <param name="commits">Have the messages.</param>
    /// <param name="cancellationToken">Ends the process under way.</param>
    /// <exception cref="GitException">The clone is damaged, or a commit cannot be signed.</exception>
    public async Task<IReadOnlyList<CommitId>> MakeAsync(CommitId tip, IReadOnlyList<CommitId> unsigned, IReadOnlyList<NewCommit> commits, CancellationToken cancellationToken)
    {
        var isLong = tip.Hex.Length == 64;
        var trees = await TreesAsync(unsigned, cancellationToken).ConfigureAwait(false);
        var made = new List<byte[]>();
        var ids = new List<CommitId>();
        foreach (var (tree, commit) in trees.Zip(commits))
        {
            var text = new CommitText(tree, ids.Count == 0 ? tip : ids[^1], identity, when, commit.Message);
            made.Add(text.With(await identity.Signing!.SignAsync(text.Payload, cancellationToken).ConfigureAwait(false), isLong));
            ids.Add(CommitText.IdOf(made[^1], isLong));
        }

        var pack = CommitPack.Create(made, isLong);
        var result = await git.LocalAsync(
            made.Count < PackedFrom ? ["unpack-objects", "-q"] : ["index-pack", "--stdin"],
            cancellationToken,
            async (input, token) => await input.WriteAsync(pack, token).ConfigureAwait(false)).ConfigureAwait(false);
        git.Check(result, "store signed commits for");
        return ids;
    }

    private async Task<IReadOnlyList<string>> TreesAsync(IReadOnlyList<CommitId> commits, CancellationToken cancellationToken)
    {
        var list = Encoding.ASCII.GetBytes(string.Concat(commits.Select(commit => $"{commit}^{{tree}}\n")));
        var result = await git.LocalAsync(
            ["cat-file", "--batch-check=%(objectname)"], cancellationToken, async (input, token) => await input.WriteAsync(list, token).ConfigureAwait(false)).ConfigureAwait(false);
        git.Check(result, "read the clone of");
        var trees = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return trees.Length == commits.Count && trees.All(tree => CommitId.Parse(tree) is not null) ? trees : throw git.Damaged("commits that were just made are not there");
    }
}
