using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.History;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Holds;

/// <summary>What the commits of a branch say that people took back. Read only where something is due, for all applications at once.</summary>
internal sealed partial class BranchHistory
{
    private readonly UpdateHistory _updates;

    private readonly string _branch;
    private readonly DateTimeOffset _now;

    private BranchHistory(UpdateHistory updates, string branch, DateTimeOffset now)
    {
        _updates = updates;
        _branch = branch;
        _now = now;
    }

    /// <summary>Knows of nothing.</summary>
    public static BranchHistory Empty { get; } = new(new UpdateHistory(new HashSet<NamespacedName>()), "", DateTimeOffset.MaxValue);

    /// <param name="clone">Of the repository.</param>
    /// <param name="branch">Whose tip is planned from.</param>
    /// <param name="wanted">The applications that are asked about later.</param>
    /// <param name="now">What images remember, and when holds end, is reckoned from it.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <exception cref="GitException">The server can not be reached or refuses, or the branch was rewritten meanwhile.</exception>
    public static async Task<BranchHistory> ReadAsync(
        GitClone clone, BranchWork branch, IEnumerable<ApplicationWork> wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var names = wanted.Select(application => application.Application.Name).ToHashSet();
        var commits = new List<UpdateCommit>();
        var lost = await clone.ReadHistoryAsync(branch.ReadFrom, branch.Tip, UpdateCommit.Phrase, message => Keep(commits, message, names), cancellationToken);
        var forcedOff = new List<UpdateCommit>();
        foreach (var message in lost)
            Keep(forcedOff, message, names);
        var updates = new UpdateHistory(names);
        foreach (var commit in ForcedOff.Restore(commits, forcedOff))
            updates.Add(commit);
        return new BranchHistory(updates, branch.Base.Text, now);
    }

    private static void Keep(List<UpdateCommit> commits, CommitMessage message, HashSet<NamespacedName> wanted)
    {
        var commit = UpdateCommit.Read(message.Id.Hex, message.When, message.Text) with { Authored = message.Authored, Committer = message.Committer };
        var trailers = commit.Trailers.Where(placed => wanted.Contains(placed.Trailer.Application)).ToList();
        if (trailers.Count > 0)
            commits.Add(commit with { Trailers = trailers });
    }

    /// <summary>Notes what was written to a branch that people read from. That the cache cannot be written is no reason to fail what is pushed already.</summary>
    public static void Remember(GitClone clone, BranchWork work, IEnumerable<(CommitId Id, NewCommit Commit)> written, CycleServices services)
    {
        if (work.IsWriteBranch)
            return;
        var now = services.Time.GetUtcNow();
        try
        {
            clone.Remember(work.Branch, written.Select(one => new CommitMessage(one.Id, now, "", one.Commit.Message)), UpdateCommit.Phrase);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotRemembered(services.Logger, work.Branch.Text, failure.Message);
        }
    }

    /// <summary>How trailers name a file of a branch.</summary>
    public static string Target(string branch, RepositoryPath file) => $"{branch}:{file}";

    /// <summary>How trailers name a file of this branch.</summary>
    public string TargetOf(RepositoryPath file) => Target(_branch, file);

    /// <summary>The state of an image with what people took back of it, and hold.</summary>
    /// <param name="writers">All that write where the image is written, itself among them.</param>
    /// <param name="image">The image.</param>
    /// <param name="path">Where it is written, links followed.</param>
    /// <param name="state">As the tip of the branch says.</param>
    public ImageState Complete(IReadOnlyCollection<ImageIdentity> writers, ImagePolicy image, RepositoryPath path, ImageState state)
    {
        // Of several places a new one may lag behind: what any of them still says was not taken back.
        var values = state is { IsWritten: true, Current.Count: > 1 } ? state.Current.Select(version => (WrittenValue?)WrittenValue.Read(version.ToString())) : [state.Written];
        var memories = values.Select(value => Read(writers, image, path, value)).ToList();
        var rejected = memories[0].Rejected.Where(version => memories.All(memory => RejectedVersion.Find(memory.Rejected, version.Version) is not null)).ToList();
        var pin = memories.All(memory => memory.Pin is not null) ? memories[0].Pin : null;
        return state with
        {
            // What people say themselves no history takes back.
            Rejected = [.. state.Rejected.Where(version => version.Said is not null), .. rejected],
            Override = state.Override ?? (pin is null || pin.Until <= _now ? null : new OverridePin(pin.Value.Text, pin.Story, IsInApplication: false)),
        };
    }

    /// <summary>All that is known of an image.</summary>
    /// <param name="writers">All that write where the image is written, itself among them.</param>
    /// <param name="image">The image.</param>
    /// <param name="path">Where it is written, links followed.</param>
    /// <param name="value">What the file says today; null when it says nothing.</param>
    public ImageMemory Read(IReadOnlyCollection<ImageIdentity> writers, ImagePolicy image, RepositoryPath path, WrittenValue? value) =>
        _updates.Read(writers, image.Image.Repository, Target(_branch, path), value, _now - image.Rollbacks.Memory);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What was pushed to {Branch} could not be noted in the cache folder, so a push by force that takes it off would not be noticed: {Reason}")]
        public static partial void NotRemembered(ILogger logger, string branch, string reason);
    }
}
