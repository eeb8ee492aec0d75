using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Controller.Holds;

/// <summary>
/// Applications that write to the same files and that a cycle is not about: a small one has just what changed, and what is held or taken back in a place is for all that write there,
/// to the same branch.
/// </summary>
internal sealed class SlotNeighbours(CycleServices services, GitClone clone, GitRemote remote)
{
    /// <param name="branch">Whose tip is planned from.</param>
    /// <param name="applications">Of the branch, that somebody asks about and that write where others may; without any nobody is looked for.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <exception cref="GitException">The server can not be reached or refuses.</exception>
    public async Task<IReadOnlyList<SlotNeighbour>> FindAsync(BranchWork branch, IReadOnlyList<ApplicationWork> applications, CancellationToken cancellationToken)
    {
        // Most have a file of their own, and all that are known need not be read for them.
        if (applications.Count == 0)
            return [];
        var known = branch.Applications.Select(application => application.Application.Name).ToHashSet();
        var images = applications.SelectMany(application => application.Policy.Images).Select(image => image.Image.Repository).ToHashSet();
        var files = applications.SelectMany(application => application.Place!.Files).ToHashSet();
        var folders = applications.Select(application => application.Place!).Where(place => place.MayBeFolder).Select(place => place.Path).ToHashSet();
        var works = new List<ApplicationWork>();
        foreach (var application in services.Everyone.Where(application => !known.Contains(application.Name)))
        {
            // What people say of it now counts, and not what they said when the cycle began.
            var now = services.Witness.Current(application) ?? application;
            if (await services.Repositories.NeighbourAsync(now, services.Settings.Annotations, remote, images, cancellationToken) is { } work
                && (work.WantedBranch ?? clone.DefaultBranch) == branch.Base && IsNear(work.Place!, files, folders))
                works.Add(work);
        }

        return works.Count == 0 ? [] : Read(works, await BranchFiles.ReadAsync(clone, branch with { Applications = works }, cancellationToken));
    }

    private static bool IsNear(TargetPlace place, HashSet<RepositoryPath> files, HashSet<RepositoryPath> folders) => place.Files.Any(files.Contains) || (place.MayBeFolder && folders.Contains(place.Path));

    private static IReadOnlyList<SlotNeighbour> Read(IReadOnlyList<ApplicationWork> works, BranchFiles files)
    {
        var found = new List<SlotNeighbour>();
        foreach (var work in works)
        {
            // One that cannot be read writes nothing.
            if (!OpenedTarget.TryOpen(work, files.Of(work.Place!), out _, out var target, out _))
                continue;
            var path = files.Real(target.Path);
            foreach (var image in work.Policy.Images)
            {
                if (WriteSlots.SlotOf(target, path, image) is { } slot)
                    found.Add(new SlotNeighbour(work, slot, new ImageIdentity(work.Application.Name, image.Alias)));
            }
        }

        return found;
    }
}

/// <param name="Application">That the cycle is not about.</param>
/// <param name="Slot">That it writes to.</param>
/// <param name="Image">As trailers name it.</param>
internal sealed record SlotNeighbour(ApplicationWork Application, Slot Slot, ImageIdentity Image);
