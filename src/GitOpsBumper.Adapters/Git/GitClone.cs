using GitOpsBumper.Adapters.Git.Cache;
using GitOpsBumper.Adapters.Git.History;
using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Adapters.Git;

/// <summary>
/// A bare, shallow clone without blobs, and without a working tree. A cycle costs it one listing of the server's branches, one fetch where
/// they moved, one fetch of the files that are missing, one import of all commits and one push.
/// </summary>
public sealed partial class GitClone : IAsyncDisposable
{
    /// <summary>Larger files are not configuration, and are not read.</summary>
    public const int MaxFileBytes = 8 * 1024 * 1024;

    private readonly GitCommand _git;
    private readonly GitCommand _historyGit;
    private readonly PushedCommits _pushed;
    private readonly RepositoryUrl _url;
    private readonly IDisposable _gate;

    private GitClone(GitCommand git, RepositoryUrl url, IDisposable gate)
    {
        _git = git;
        _historyGit = git.Below(CommitHistory.FolderName);
        _pushed = new PushedCommits(git.Folder + ".pushed");
        _url = url;
        _gate = gate;
    }

    /// <summary>Hears of each commit that a branch is about to be pushed to.</summary>
    public Action<CommitId> Pushing { get; set; } = static _ => { };

    /// <summary>Git processes that talked to the server: listings, fetches and pushes.</summary>
    public int RemoteOperations => _git.RemoteOperations + _historyGit.RemoteOperations;

    /// <summary>The server cannot leave files out, so that its history is read for few generations alone. Known once something was fetched.</summary>
    public bool HasShortHistory => File.Exists(NoFilterFile);

    internal static async Task<GitClone> OpenAsync(GitCommand git, RepositoryUrl url, IDisposable gate, CancellationToken cancellationToken)
    {
        var clone = new GitClone(git, url, gate);
        if (Directory.Exists(git.Folder))
            clone.TidyUp();
        if (!File.Exists(Path.Combine(git.Folder, "HEAD")))
            await clone.ResetAsync(cancellationToken).ConfigureAwait(false);
        return clone;
    }

    /// <summary>Throws the clone away and starts an empty one: the cure for a damaged one.</summary>
    public Task ResetAsync(CancellationToken cancellationToken) => StartAsync("sha1", cancellationToken);

    /// <summary>What an error of the disk means; null when it is none.</summary>
    public GitException? DiskFailure(Exception failure) => DiskErrors.Find(failure, _url, _git.Folder);

    /// <summary>What the remote's <c>HEAD</c> named when branches were last fetched; null: nothing, or none were.</summary>
    public BranchName? DefaultBranch { get; private set; }

    /// <summary>Asks the server for branches, and fetches the tips that moved.</summary>
    /// <param name="branches">Null stands for the remote's default branch.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <exception cref="GitException">The server can not be reached, refuses, or the clone is damaged.</exception>
    public async Task<FetchResult> FetchAsync(IReadOnlyCollection<BranchName?> branches, CancellationToken cancellationToken)
    {
        var listed = await _git.RemoteAsync(
            ["ls-remote", "--quiet", "--symref", "origin", "HEAD", .. branches.OfType<BranchName>().Select(branch => branch.Ref)], cancellationToken).ConfigureAwait(false);
        _git.Check(listed, "fetch from");
        var remote = RemoteRefs.Parse(listed.Output);
        DefaultBranch = remote.Default;
        var wanted = branches.Select(branch => branch ?? remote.Default).OfType<BranchName>().Distinct().Where(branch => remote.Tips.ContainsKey(branch)).ToList();
        var local = await LocalTipsAsync(cancellationToken).ConfigureAwait(false);
        var moved = wanted.Where(branch => !local.TryGetValue(branch, out var tip) || tip != remote.Tips[branch]).ToList();
        if (moved.Count > 0)
        {
            await FollowFormatAsync(remote.Tips[moved[0]], cancellationToken).ConfigureAwait(false);
            await MakeRoomAsync(local.Keys, moved, cancellationToken).ConfigureAwait(false);
            await FetchTipsAsync(moved, remote.Tips, cancellationToken).ConfigureAwait(false);
            local = await LocalTipsAsync(cancellationToken).ConfigureAwait(false);
        }

        return new FetchResult(remote.Default, wanted.Where(local.ContainsKey).ToDictionary(branch => branch, branch => local[branch]));
    }

    /// <summary>Reads files at a commit: all folders in one batch, all contents in another, and what is missing in one fetch.</summary>
    public async Task<IReadOnlyDictionary<RepositoryPath, RepositoryFile>> ReadAsync(
        BranchName branch, CommitId tip, IReadOnlyCollection<RepositoryPath> paths, CancellationToken cancellationToken)
    {
        var reader = new FileReader(_git);
        var found = await reader.LocateAsync(tip, paths, cancellationToken).ConfigureAwait(false);
        var missing = await reader.ReadAsync(found, cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            await FetchObjectsAsync(branch, missing, cancellationToken).ConfigureAwait(false);
            missing = await reader.ReadAsync(found, cancellationToken).ConfigureAwait(false);
            if (missing.Count > 0)
                throw new GitException(GitFailure.CorruptClone, $"could not read from {_url}: the server did not send {missing.Count} of the files asked for");
        }

        return paths.Distinct().ToDictionary(path => path, path => found.TryGetValue(path, out var file) ? file.ToFile() : new RepositoryFile(path, RepositoryFileKind.NoFolder, null));
    }

    /// <summary>The files below folders of a commit that somebody wants to see: nothing is asked of the server.</summary>
    public async Task<IReadOnlyCollection<RepositoryPath>> ListAsync(
        CommitId tip, IReadOnlyCollection<RepositoryPath> folders, Func<RepositoryPath, bool> wanted, CancellationToken cancellationToken)
    {
        var found = new HashSet<RepositoryPath>();
        await new TreeLister(_git).ListAsync(
            tip,
            folders,
            path =>
            {
                if (wanted(path))
                    found.Add(path);
            },
            cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>Reads the commit messages of a branch that carry a phrase, from the oldest to the newest: at most one fetch, of commits without trees and files.</summary>
    /// <param name="branch">That the tip belongs to.</param>
    /// <param name="tip">Where to begin.</param>
    /// <param name="phrase">In upper or lower case.</param>
    /// <param name="read">Told of each message.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <returns>What was pushed to the branch from here, as <see cref="Remember"/> was told, and is not part of it any more: in order, and of each message the lines that begin with the phrase.</returns>
    /// <exception cref="GitException">The server can not be reached or refuses, or the branch was rewritten meanwhile.</exception>
    public async Task<IReadOnlyList<CommitMessage>> ReadHistoryAsync(
        BranchName branch, CommitId tip, string phrase, Action<CommitMessage> read, CancellationToken cancellationToken)
    {
        var pushed = _pushed.Read(branch);
        var lost = pushed.Select(commit => commit.Id).ToHashSet();
        await new CommitHistory(_historyGit, HasShortHistory).ReadAsync(branch, tip, phrase, Tell, cancellationToken).ConfigureAwait(false);
        return [.. pushed.Where(commit => lost.Contains(commit.Id))];

        void Tell(CommitMessage message)
        {
            lost.Remove(message.Id);
            read(message);
        }
    }

    /// <summary>Notes what has been pushed, so that a push by force of somebody else can be told from a branch on which nothing happened.</summary>
    /// <param name="branch">That was pushed to.</param>
    /// <param name="commits">In order.</param>
    /// <param name="phrase">With which the lines that count begin.</param>
    /// <exception cref="IOException">The disk is full, or not writable.</exception>
    public void Remember(BranchName branch, IEnumerable<CommitMessage> commits, string phrase) => _pushed.Add(branch, commits, phrase);

    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task StartAsync(string format, CancellationToken cancellationToken)
    {
        CloneFolder.Delete(CloneFolder.MoveAway(_git.Folder));
        CloneStore.CreatePrivate(_git.Folder);
        _git.Check(
            await _git.LocalAsync(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", $"--object-format={format}", "."], cancellationToken).ConfigureAwait(false),
            "create a clone of");
    }

    /// <summary>Git does not fetch from a repository of SHA-256 into a clone of SHA-1: the length of an id tells what the server's is.</summary>
    private async Task FollowFormatAsync(CommitId tip, CancellationToken cancellationToken)
    {
        var config = Path.Combine(_git.Folder, "config");
        var isLong = File.Exists(config) && (await File.ReadAllTextAsync(config, cancellationToken).ConfigureAwait(false)).Contains("objectformat = sha256", StringComparison.OrdinalIgnoreCase);
        if (isLong != (tip.Hex.Length == 64))
            await StartAsync(isLong ? "sha1" : "sha256", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A branch <c>a</c> that is gone stands in the way of a new one <c>a/b</c>, and the other way round.</summary>
    private async Task MakeRoomAsync(IEnumerable<BranchName> local, IReadOnlyList<BranchName> wanted, CancellationToken cancellationToken)
    {
        var gone = local.Where(known => wanted.Any(branch => IsBelow(known, branch) || IsBelow(branch, known))).ToList();
        if (gone.Count == 0)
            return;
        var list = System.Text.Encoding.UTF8.GetBytes(string.Concat(gone.Select(branch => $"delete refs/remotes/origin/{branch}\n")));
        var result = await _git.LocalAsync(
            ["update-ref", "--stdin"], cancellationToken, async (input, token) => await input.WriteAsync(list, token).ConfigureAwait(false)).ConfigureAwait(false);
        _git.Check(result, "tidy up the clone of");

        static bool IsBelow(BranchName branch, BranchName folder) => branch.Text.StartsWith(folder.Text + "/", StringComparison.Ordinal);
    }

    private async Task<IReadOnlyDictionary<BranchName, CommitId>> LocalTipsAsync(CancellationToken cancellationToken)
    {
        var result = await _git.LocalAsync(["for-each-ref", "--format=%(objectname) %(refname:lstrip=3)", "refs/remotes/origin"], cancellationToken).ConfigureAwait(false);
        _git.Check(result, "read the clone of");
        var tips = new Dictionary<BranchName, CommitId>();
        foreach (var line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && CommitId.Parse(line[..space]) is { } id && BranchName.TryParse(line[(space + 1)..], out var branch, out _))
                tips[branch] = id;
        }

        return tips;
    }

    /// <summary>By their ids, which saves git a second listing.</summary>
    private async Task FetchTipsAsync(IReadOnlyList<BranchName> branches, IReadOnlyDictionary<BranchName, CommitId> tips, CancellationToken cancellationToken)
    {
        var result = await FetchTipsAsync([.. branches.Select(branch => $"+{tips[branch]}:refs/remotes/origin/{branch}")], refetch: false, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0 && GitErrors.IsUnknownObject(result.Error))
            result = await FetchTipsAsync([.. branches.Select(ByName)], refetch: false, cancellationToken).ConfigureAwait(false);
        _git.Check(result, "fetch from");
        if (GitErrors.HasNoFilter(result.Error))
            await File.WriteAllTextAsync(NoFilterFile, "", cancellationToken).ConfigureAwait(false);
        else
            File.Delete(NoFilterFile);
    }

    private Task<Processes.ProcessResult> FetchTipsAsync(IReadOnlyList<string> refSpecs, bool refetch, CancellationToken cancellationToken) => _git.RemoteAsync(
        [
            "fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
            .. refetch ? (string[])["--refetch", "--no-filter"] : ["--filter=blob:none"],
            "origin",
            .. refSpecs,
        ],
        cancellationToken,
        filters: !refetch);

    /// <summary>Is there when the server sends trees and files whatever it is asked for.</summary>
    private string NoFilterFile => Path.Combine(_git.Folder, "server-has-no-filter");

    private static string ByName(BranchName branch) => $"+{branch.Ref}:refs/remotes/origin/{branch}";

    /// <summary>One request for all objects; a server that does not hand out objects by id sends the whole tip instead.</summary>
    private async Task FetchObjectsAsync(BranchName branch, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var list = System.Text.Encoding.ASCII.GetBytes(string.Concat(ids.Select(id => id + "\n")));
        var result = await _git.RemoteAsync(
            ["-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--filter=blob:none", "--stdin", "origin"],
            cancellationToken,
            async (input, token) => await input.WriteAsync(list, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (result.ExitCode != 0 && GitErrors.IsUnknownObject(result.Error))
            result = await FetchTipsAsync([ByName(branch)], refetch: true, cancellationToken).ConfigureAwait(false);
        _git.Check(result, "fetch files from");
    }

    /// <summary>Under our own lock.</summary>
    private void TidyUp()
    {
        if (CloneFolder.IsWorn(_git.Folder))
            CloneFolder.Delete(CloneFolder.MoveAway(_git.Folder));
        else
            CloneFolder.RemoveStale(_git.Folder);
        if (CloneFolder.IsWorn(_historyGit.Folder))
            Directory.Delete(_historyGit.Folder, recursive: true);
    }
}

/// <summary>What a fetch found.</summary>
/// <param name="DefaultBranch">What the remote's <c>HEAD</c> names; null when the repository is empty.</param>
/// <param name="Tips">Of the branches asked for; those that do not exist are left out.</param>
public sealed record FetchResult(BranchName? DefaultBranch, IReadOnlyDictionary<BranchName, CommitId> Tips);
