using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Controller.Holds;

/// <summary>What the commits of a branch say that people took back. Read only where something is due, for all applications at once.</summary>
internal sealed class BranchHistory
{
    /// <summary>Of what was written longer ago only the newest counts.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    private readonly UpdateHistory _updates;

    private readonly string _branch;
    private readonly DateTimeOffset _since;

    private BranchHistory(UpdateHistory updates, string branch, DateTimeOffset since)
    {
        _updates = updates;
        _branch = branch;
        _since = since;
    }

    /// <summary>Knows of nothing.</summary>
    public static BranchHistory Empty { get; } = new(new UpdateHistory(new HashSet<NamespacedName>()), "", default);

    /// <param name="clone">Of the repository.</param>
    /// <param name="branch">Whose tip is planned from.</param>
    /// <param name="wanted">The applications that are asked about later.</param>
    /// <param name="now">The memory ends 90 days before, but for the newest updates of each image.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <exception cref="GitException">The server can not be reached or refuses, or the branch was rewritten meanwhile.</exception>
    public static async Task<BranchHistory> ReadAsync(
        GitClone clone, BranchWork branch, IEnumerable<ApplicationWork> wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var updates = new UpdateHistory(wanted.Select(application => application.Application.Name).ToHashSet());
        await clone.ReadHistoryAsync(
            branch.ReadFrom, branch.Tip, UpdateTrailer.Key, message => updates.Add(UpdateCommit.Read(message.Id.Hex, message.When, message.Text)), cancellationToken);
        return new BranchHistory(updates, branch.Base.Text, now - Memory);
    }

    /// <summary>How trailers name a file of a branch.</summary>
    public static string Target(string branch, RepositoryPath file) => $"{branch}:{file}";

    /// <summary>The state of an image with what people took back of it.</summary>
    /// <param name="writers">All that write where the image is written, itself among them.</param>
    /// <param name="image">The image.</param>
    /// <param name="path">Where it is written, links followed.</param>
    /// <param name="state">As the tip of the branch says.</param>
    public ImageState Complete(IReadOnlyCollection<ImageIdentity> writers, ImagePolicy image, RepositoryPath path, ImageState state)
    {
        // Of several places a new one may lag behind: what any of them still says was not taken back.
        var values = state is { IsWritten: true, Current.Count: > 1 } ? state.Current.Select(version => (WrittenValue?)WrittenValue.Read(version.ToString())) : [state.Written];
        IReadOnlyList<RejectedVersion>? rejected = null;
        foreach (var value in values)
        {
            var here = _updates.RejectedFor(writers, image.Image.Repository, Target(_branch, path), value, _since);
            rejected = rejected is null ? here : [.. rejected.Where(version => here.Any(other => RejectedVersion.IsSame(other.Version, version.Version)))];
        }

        return state with { Rejected = rejected ?? [] };
    }
}
