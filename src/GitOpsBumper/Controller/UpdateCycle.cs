using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller;

/// <summary>
/// One update cycle: applications become policies, registries are asked, every git repository is fetched once, planned, and pushed once.
/// One image's trouble never stops its siblings, one application's never the cycle, one repository's never another's.
/// </summary>
internal sealed class UpdateCycle(CycleServices services, bool writes)
{
    public async Task<CycleReport> RunAsync(IReadOnlyList<ApplicationSnapshot> applications, CancellationToken cancellationToken)
    {
        var started = services.Time.GetTimestamp();
        var work = await PlanAsync(applications, cancellationToken);
        return new CycleReport
        {
            Applications = [.. work.Select(application => application.Report(writes))],
            Requests = services.Requests.Count(),
            Duration = services.Time.GetElapsedTime(started),
        };
    }

    /// <summary>The cycle itself; what comes back is ordered by namespace and name.</summary>
    public async Task<IReadOnlyList<ApplicationWork>> PlanAsync(IReadOnlyList<ApplicationSnapshot> applications, CancellationToken cancellationToken)
    {
        var work = new List<ApplicationWork>(applications.Count);
        foreach (var application in applications)
        {
            if (AnnotationReader.Read(application, services.Settings.Annotations) is { } policy)
                work.Add(services.Repositories.Find(application, policy));
        }

        work.Sort((left, right) => string.CompareOrdinal(left.Application.Name.ToString(), right.Application.Name.ToString()));
        var repositories = services.Repositories.Group(work);
        services.Progress.Start(work.Count, repositories.Count);
        using var stopWarmUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var warmUp = WarmUpAsync(repositories, stopWarmUp.Token);
        try
        {
            await Parallel.ForEachAsync(
                repositories,
                new ParallelOptions { MaxDegreeOfParallelism = services.Settings.Git.MaxConcurrency, CancellationToken = cancellationToken },
                async (repository, token) => await new RepositoryRun(repository, services, writes).RunAsync(token));
        }
        finally
        {
            // What nobody waits for any more need not be asked.
            await stopWarmUp.CancelAsync();
            await warmUp;
        }

        return work;
    }

    /// <summary>Registries answer while git is being fetched; what goes wrong here comes up again, with a name, when it is needed.</summary>
    private async Task WarmUpAsync(IReadOnlyList<RepositoryWork> repositories, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(repositories.SelectMany(repository => repository.Applications)
                .SelectMany(application => application.Policy.Images.Select(image => services.Resolver.WarmUpAsync(application.Application, image, cancellationToken))));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Nobody waits for this; the question is asked again where the answer is needed, and fails there for the image that needs it.
        }
    }
}
