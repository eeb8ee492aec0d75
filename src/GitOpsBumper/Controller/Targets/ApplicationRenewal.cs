using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Targets;

/// <summary>
/// Between the beginning of a cycle and the turn of a repository may lie minutes, in which people pin, annotate and delete. What they said
/// last counts.
/// </summary>
internal sealed class ApplicationRenewal(CycleServices services)
{
    /// <summary>The applications as they are now. Those that are gone, ask for nothing any more or write elsewhere now are left out: their own change brings them up again.</summary>
    public async Task<IReadOnlyList<ApplicationWork>> RenewAsync(RepositoryWork repository, CancellationToken cancellationToken)
    {
        var renewed = new List<ApplicationWork>(repository.Applications.Count);
        foreach (var work in repository.Applications)
        {
            try
            {
                if (await RenewAsync(work, repository.Remote, cancellationToken) is { } current)
                    renewed.Add(current);
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
            {
                // A bug that one application brings to light stays with it.
                work.Fail($"an internal error, please report it: {failure.GetType().Name}: {failure.Message}");
                renewed.Add(work);
            }
        }

        return renewed;
    }

    private async Task<ApplicationWork?> RenewAsync(ApplicationWork work, GitRemote remote, CancellationToken cancellationToken)
    {
        if (services.Witness.Current(work.Application) is not { } now)
            return null;
        if (!ApplicationNews.IsNews(work.Application, now))
            return work;
        if (AnnotationReader.Read(now, services.Settings.Annotations) is not { } policy)
            return null;
        var renewed = await services.Repositories.FindAsync(now, policy, cancellationToken);
        return renewed.Remote == remote ? renewed : null;
    }
}
