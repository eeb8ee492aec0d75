using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Controller.Holds;

/// <summary>
/// What people took back in any application of a repository, for those that say <c>reject-scope: repository</c>. All that are known count, not only those of the cycle: a small one has
/// just what changed. Read only where such an application is due.
/// </summary>
internal sealed class RepositoryRejections(CycleServices services, GitClone clone, GitRemote remote)
{
    /// <param name="images">The repositories of the images that are asked about.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <returns>By the image's repository: what was taken back, and where.</returns>
    /// <exception cref="GitException">The server can not be reached or refuses.</exception>
    public async Task<ILookup<RepositoryName, RejectedVersion>> ReadAsync(IReadOnlySet<RepositoryName> images, CancellationToken cancellationToken)
    {
        var works = new List<ApplicationWork>();
        foreach (var application in services.Everyone)
        {
            if (await services.Repositories.NeighbourAsync(application, services.Settings.Annotations, remote, images, cancellationToken) is { } work)
                works.Add(work);
        }

        var fetched = await clone.FetchAsync([.. works.Select(work => work.WantedBranch).Distinct()], cancellationToken);
        var found = new List<(RepositoryName Image, RejectedVersion Rejected)>();
        foreach (var group in works.GroupBy(work => work.WantedBranch ?? fetched.DefaultBranch))
        {
            if (group.Key is { } name && fetched.Tips.TryGetValue(name, out var tip))
                found.AddRange(await ReadAsync(new BranchWork(name, tip, [.. group], name), images, cancellationToken));
        }

        return found.ToLookup(one => one.Image, one => one.Rejected);
    }

    private async Task<IReadOnlyList<(RepositoryName Image, RejectedVersion Rejected)>> ReadAsync(BranchWork branch, IReadOnlySet<RepositoryName> images, CancellationToken cancellationToken)
    {
        var now = services.Time.GetUtcNow();
        var files = await BranchFiles.ReadAsync(clone, branch, cancellationToken);
        var history = await BranchHistory.ReadAsync(clone, branch, branch.Applications, now, cancellationToken);
        var found = new List<(RepositoryName, RejectedVersion)>();
        foreach (var work in branch.Applications)
        {
            // One that cannot be read tells so itself, in its own cycle.
            if (!OpenedTarget.TryOpen(work, files.Of(work.Place!), out _, out var target, out _))
                continue;
            var path = files.Real(target.Path);
            foreach (var image in work.Policy.Images.Where(image => images.Contains(image.Image.Repository)))
            {
                var state = history.Complete([new ImageIdentity(work.Application.Name, image.Alias)], image, path, ImageStateReader.Read(image, work.Application, target, now));
                found.AddRange(state.Rejected.Select(rejected => (image.Image.Repository, rejected with { In = work.Application.Name, IsReleased = true })));
            }
        }

        return found;
    }
}
