using GitOpsBumper.Adapters.Git.History;
using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Git.Signing;

namespace GitOpsBumper.Adapters.Git;

/// <content>Commits, and their way to the server.</content>
public sealed partial class GitClone
{
    /// <summary>What commits say that were fetched as tips; nothing is asked of the server.</summary>
    /// <exception cref="GitException">The clone is damaged.</exception>
    public Task<IReadOnlyDictionary<CommitId, TipCommit>> ReadTipsAsync(IReadOnlyCollection<CommitId> tips, CancellationToken cancellationToken) =>
        TipReader.ReadAsync(new ObjectReader(_git), tips, cancellationToken);

    /// <summary>The newest heads of requests, which a server shows under names of its own.</summary>
    /// <param name="folder">Before their numbers: <c>refs/pull</c>.</param>
    /// <param name="most">Older ones are not looked at.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <returns>The newest first.</returns>
    /// <exception cref="GitException">The server can not be reached, or refuses.</exception>
    public async Task<IReadOnlyList<TipCommit>> ReadRequestHeadsAsync(string folder, int most, CancellationToken cancellationToken)
    {
        var listed = await _git.RemoteAsync(["ls-remote", "--quiet", "origin", $"{folder}/*/head"], cancellationToken).ConfigureAwait(false);
        _git.Check(listed, "list requests of");
        var heads = RemoteRefs.ParseRequests(listed.Output, folder).OrderByDescending(head => head.Key).Take(most).Select(head => head.Value).ToList();
        var reader = new ObjectReader(_git);
        var known = await TipReader.ReadAsync(reader, heads, cancellationToken).ConfigureAwait(false);
        var missing = heads.Where(head => !known.ContainsKey(head)).Distinct().ToList();
        if (missing.Count > 0)
        {
            var fetched = await _git.RemoteAsync(
                ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--filter=tree:0", "origin", .. missing.Select(head => head.Hex)], cancellationToken).ConfigureAwait(false);
            _git.Check(fetched, "fetch requests of");
            known = await TipReader.ReadAsync(reader, heads, cancellationToken).ConfigureAwait(false);
        }

        return [.. heads.Where(known.ContainsKey).Select(head => known[head])];
    }

    /// <summary>Makes commits on top of a tip, in order; nothing leaves this machine.</summary>
    /// <returns>One id per commit.</returns>
    /// <exception cref="GitException">The clone is damaged, or a commit cannot be signed.</exception>
    public async Task<IReadOnlyList<CommitId>> CommitAsync(
        BranchName branch, CommitId tip, IReadOnlyList<NewCommit> commits, CommitIdentity identity, DateTimeOffset when, CancellationToken cancellationToken) =>
        (await CommitAsync([new CommitSeries(branch, tip, commits)], identity, when, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The same for several branches, at the cost of one.</summary>
    /// <returns>For each of them one id per commit.</returns>
    /// <exception cref="GitException">Likewise.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<CommitId>>> CommitAsync(
        IReadOnlyList<CommitSeries> series, CommitIdentity identity, DateTimeOffset when, CancellationToken cancellationToken)
    {
        var branches = string.Join(", ", series.Select(one => one.Branch.Text).Take(3)) + (series.Count > 3 ? $" and {series.Count - 3} more" : "");
        var result = await _git.LocalAsync(
            ["fast-import", "--quiet", "--done", "--force", "--date-format=raw"],
            cancellationToken,
            (input, token) => FastImport.WriteAsync(input, series, identity, when, token)).ConfigureAwait(false);
        _git.Check(result, $"make commits on {branches} of");
        var ids = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(CommitId.Parse).OfType<CommitId>().ToList();
        var wanted = series.Sum(one => one.Commits.Count);
        if (ids.Count != wanted)
            throw new GitException(GitFailure.Other, $"git fast-import made {ids.Count} of {wanted} commits on {branches} of {_url}: {GitErrors.Quote(result.Error)}");
        var made = new List<IReadOnlyList<CommitId>>();
        var taken = 0;
        foreach (var (_, tip, commits) in series)
        {
            IReadOnlyList<CommitId> own = ids.GetRange(taken, commits.Count);
            taken += commits.Count;
            made.Add(identity.Signing is null ? own : await new SignedCommits(_git, identity, when).MakeAsync(tip, own, commits, cancellationToken).ConfigureAwait(false));
        }

        return made;
    }

    /// <summary>Pushes one commit with words for the server.</summary>
    /// <param name="next">To push.</param>
    /// <param name="reference">The full name of where to.</param>
    /// <param name="lease">Where a branch must still be, or null where it must not be there; left out where the name is none of a branch.</param>
    /// <param name="options">Without line ends.</param>
    /// <param name="abort">As of other pushes.</param>
    /// <returns>What became of it, and what the server said besides.</returns>
    public async Task<ProposalOutcome> ProposeAsync(CommitId next, string reference, PushLease? lease, IReadOnlyList<string> options, CancellationToken abort)
    {
        Pushing(next);
        var result = await _git.RemoteAsync(
            [
                "-c", "http.postBuffer=64m", "push", "--porcelain", "--no-verify", .. lease is null ? Array.Empty<string>() : [$"--force-with-lease={reference}:{lease.Expected?.Hex}"],
                .. options.SelectMany(option => new[] { "-o", option }), "origin", $"{next}:{reference}",
            ],
            abort).ConfigureAwait(false);
        if (PushReport.FindRefusal(result.Output, result.Error) is { } refused)
            return new ProposalOutcome(refused, result.Error);
        _git.Check(result, "push to");
        return new ProposalOutcome(new PushOutcome.Pushed(), result.Error);
    }

    /// <summary>Pushes all branches in one go, each under its lease.</summary>
    /// <param name="updates">One per branch.</param>
    /// <param name="abort">Cuts the push short, so that nobody knows whether the server has it: for who has to go at once.</param>
    public async Task<IReadOnlyDictionary<BranchName, PushOutcome>> PushAsync(IReadOnlyList<RefUpdate> updates, CancellationToken abort)
    {
        foreach (var next in updates.Select(update => update.Next).OfType<CommitId>())
            Pushing(next);
        string[] arguments =
        [
            // One body of known length; beyond this git asks with an empty push first and then sends chunks.
            "-c", "http.postBuffer=64m", "push", "--porcelain", "--no-verify",
            .. updates.Select(update => $"--force-with-lease={update.Branch.Ref}:{update.Expected?.Hex}"),
            "origin",
            .. updates.Select(update => $"{update.Next}:{update.Branch.Ref}"),
        ];
        var result = await _git.RemoteAsync(arguments, abort).ConfigureAwait(false);
        var outcomes = PushReport.Parse(result.Output, result.Error, updates);
        if (outcomes.Count < updates.Count)
            _git.Check(result with { ExitCode = Math.Max(1, result.ExitCode) }, "push to");
        return outcomes;
    }
}
