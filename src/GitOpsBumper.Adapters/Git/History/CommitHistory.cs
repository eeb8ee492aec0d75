using System.Globalization;
using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.History;

/// <summary>
/// The commits of branches without their trees and files, in a bare repository of its own below the clone: the clone itself stays as shallow as its cycles want it. What
/// was fetched once stays, so that a later look costs one fetch of what came since, and none where the tip is known.
/// </summary>
internal sealed class CommitHistory(GitCommand git, bool hasNoFilter)
{
    public const string FolderName = "history";

    /// <summary>
    /// Generations below the tip. By number and not by time: of a merge whose one side is old, or a commit whose clock was wrong, git would cut off the other side too.
    /// </summary>
    private const int Depth = 50_000;

    /// <summary>Where trees and files cannot be left out.</summary>
    private const int DepthWithFiles = 200;

    /// <summary>More commits than this that carry the phrase are not looked at.</summary>
    private const int MaxMessages = 200_000;

    /// <summary>Reads the messages that carry a phrase, from the oldest commit to the newest; a merge comes after what it merges.</summary>
    /// <param name="branch">To fetch where the tip is not known yet.</param>
    /// <param name="tip">Where to begin.</param>
    /// <param name="phrase">In upper or lower case.</param>
    /// <param name="read">Told of each message.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <exception cref="GitException">The server can not be reached or refuses, or the branch has moved away from the tip.</exception>
    public async Task ReadAsync(BranchName branch, CommitId tip, string phrase, Action<CommitMessage> read, CancellationToken cancellationToken)
    {
        if (IsThere)
        {
            if (await TryReadAsync(tip, phrase, read, cancellationToken).ConfigureAwait(false))
                return;
            var failure = await FetchAsync(branch, tip, cancellationToken).ConfigureAwait(false);
            if (failure is null && await TryReadAsync(tip, phrase, read, cancellationToken).ConfigureAwait(false))
                return;
            if (failure is not (null or { Failure: GitFailure.Other or GitFailure.CorruptClone }))
                throw failure;
            // It can be had again: what is damaged, or stands in the way of another branch, is thrown away.
            Directory.Delete(git.Folder, recursive: true);
        }

        await StartAsync(tip, cancellationToken).ConfigureAwait(false);
        if (await FetchAsync(branch, tip, cancellationToken).ConfigureAwait(false) is { } refused)
            throw refused;
        if (!await TryReadAsync(tip, phrase, read, cancellationToken).ConfigureAwait(false))
            throw new GitException(GitFailure.Other, $"{branch} was rewritten while its history was read: {tip} is not part of it any more");
    }

    private bool IsThere => File.Exists(Path.Combine(git.Folder, "HEAD"));

    /// <returns>False when the commit is not known here.</returns>
    private async Task<bool> TryReadAsync(CommitId tip, string phrase, Action<CommitMessage> read, CancellationToken cancellationToken)
    {
        var result = await git.LocalAsync(
            [
                "log", "-z", "--topo-order", "--reverse", "--no-color", "--encoding=UTF-8", "--regexp-ignore-case", "--fixed-strings", $"--grep={phrase}",
                string.Create(CultureInfo.InvariantCulture, $"--max-count={MaxMessages}"), $"--format={MessageReader.Format}", tip.Hex, "--",
            ],
            cancellationToken,
            readOutput: (output, token) => MessageReader.ReadAsync(output, read, token)).ConfigureAwait(false);
        if (result.ExitCode == 0)
            return true;
        return result.Error.Contains("bad object", StringComparison.Ordinal) || result.Error.Contains("bad revision", StringComparison.Ordinal)
            ? false
            : throw git.Damaged(GitErrors.Quote(result.Error));
    }

    /// <returns>Null when it is fetched.</returns>
    private async Task<GitException?> FetchAsync(BranchName branch, CommitId tip, CancellationToken cancellationToken)
    {
        // By its id, which saves git a listing.
        var result = await FetchAsync(tip.Hex, branch, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0 && GitErrors.IsUnknownObject(result.Error))
            result = await FetchAsync(branch.Ref, branch, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? null : git.Failure(result, "fetch the history of");
    }

    private Task<ProcessResult> FetchAsync(string wanted, BranchName branch, CancellationToken cancellationToken) => git.RemoteAsync(
        [
            "fetch", "--quiet", string.Create(CultureInfo.InvariantCulture, $"--depth={(hasNoFilter ? DepthWithFiles : Depth)}"), "--filter=tree:0", "--no-tags", "--no-write-fetch-head",
            "--no-auto-maintenance", "origin", $"+{wanted}:refs/remotes/origin/{branch}",
        ],
        cancellationToken);

    private async Task StartAsync(CommitId tip, CancellationToken cancellationToken)
    {
        CloneStore.CreatePrivate(git.Folder);
        var format = tip.Hex.Length == 64 ? "sha256" : "sha1";
        var started = await git.LocalAsync(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", $"--object-format={format}", "."], cancellationToken).ConfigureAwait(false);
        git.Check(started, "create a clone of");
    }
}
