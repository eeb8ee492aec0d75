using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Controller.Holds;

/// <summary>What the commits of a branch say that people took back. Read only where something is due, for all applications at once.</summary>
internal sealed class BranchHistory
{
    /// <summary>What was written longer ago may be written again.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    private readonly UpdateHistory _updates;

    private BranchHistory(UpdateHistory updates) => _updates = updates;

    /// <summary>Knows of nothing.</summary>
    public static BranchHistory Empty { get; } = new(new UpdateHistory(new HashSet<NamespacedName>()));

    /// <param name="clone">Of the repository.</param>
    /// <param name="branch">Whose tip is planned from.</param>
    /// <param name="wanted">The applications that are asked about later.</param>
    /// <param name="now">The memory ends 90 days before.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <exception cref="GitException">The server can not be reached or refuses, or the branch was rewritten meanwhile.</exception>
    public static async Task<BranchHistory> ReadAsync(
        GitClone clone, BranchWork branch, IEnumerable<ApplicationWork> wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var updates = new UpdateHistory(wanted.Select(application => application.Application.Name).ToHashSet());
        var since = now - Memory;
        await clone.ReadHistoryAsync(
            branch.Branch,
            branch.Tip,
            since,
            UpdateTrailer.Key,
            message =>
            {
                if (message.When >= since)
                    updates.Add(UpdateCommit.Read(message.Id.Hex, message.When, message.Text));
            },
            cancellationToken);
        return new BranchHistory(updates);
    }

    /// <summary>The state of an image with what people took back of it.</summary>
    /// <param name="application">Whose image it is.</param>
    /// <param name="image">The image.</param>
    /// <param name="state">As the tip of the branch says.</param>
    public ImageState Complete(ApplicationWork application, ImagePolicy image, ImageState state) => state with
    {
        Rejected = _updates.RejectedFor(application.Application.Name, image.Alias, image.Image.Repository, application.OverrideFile!.Text, state.Written),
    };
}
