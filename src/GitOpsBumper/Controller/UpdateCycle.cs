using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller;

/// <summary>
/// One update cycle: applications become policies, registries are asked, every git repository is fetched once, planned, and pushed once;
/// applications that are written back to themselves are patched.
/// One image's trouble never stops its siblings, one application's never the cycle, one repository's never another's.
/// </summary>
internal sealed partial class UpdateCycle(CycleServices services, WriteMode mode)
{
    /// <summary>Applications that are changed in the cluster at once; each costs two requests.</summary>
    private const int MaxApplications = 8;

    public async Task<CycleReport> RunAsync(IReadOnlyList<ApplicationSnapshot> applications, CancellationToken cancellationToken)
    {
        using var span = services.Spans?.StartActivity("cycle");
        var started = services.Time.GetTimestamp();
        var work = await PlanAsync(applications, cancellationToken);
        var report = new CycleReport
        {
            Applications = [.. work.Select(application => application.Report(mode.Writes))],
            Requests = services.Requests.Count(),
            Duration = services.Time.GetElapsedTime(started),
        };
        services.Clones.Trim();
        span?.SetTag("gitopsbumper.applications", report.Applications.Count);
        span?.SetTag("gitopsbumper.images", report.Images);
        span?.SetTag("gitopsbumper.images.updated", report.Count(DecisionKind.Updated));
        span?.SetTag("gitopsbumper.images.failed", report.Count(DecisionKind.Failed));
        return report;
    }

    /// <summary>The cycle itself; what comes back is ordered by namespace and name.</summary>
    public async Task<IReadOnlyList<ApplicationWork>> PlanAsync(IReadOnlyList<ApplicationSnapshot> applications, CancellationToken cancellationToken)
    {
        var found = (await Task.WhenAll(applications.Select(application => FindAsync(application, cancellationToken)))).OfType<ApplicationWork>()
            .OrderBy(application => application.Application.Name.ToString(), StringComparer.Ordinal).ToList();
        var failed = found.Where(application => application.Failure is not null).ToList();
        services.Witness.Decided([.. failed.Select(application => application.Decided(mode.Writes))]);
        var repositories = RepositoryFinder.Group(found).Where(repository => services.Witness.MayBegin(repository)).ToList();
        var inCluster = found.Where(application => application.Failure is null && application.Policy.WriteBack is { Method: WriteBackMethod.ArgoCd }).ToList();
        services.Progress.Start(found.Count, repositories.Count);
        using var stopWarmUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var warmUp = WarmUpAsync(repositories.SelectMany(repository => repository.Applications).Concat(services.Cluster is null ? [] : inCluster), stopWarmUp.Token);
        try
        {
            var written = Task.WhenAll(repositories.Select(repository => RunAsync(repository, cancellationToken)));
            await Task.WhenAll(written, PatchAsync(inCluster, cancellationToken));
            return [.. failed.Concat(inCluster).Concat((await written).SelectMany(run => run)).OrderBy(application => application.Application.Name.ToString(), StringComparer.Ordinal)];
        }
        finally
        {
            // What nobody waits for any more need not be asked.
            await stopWarmUp.CancelAsync();
            await warmUp;
        }
    }

    /// <summary>Does what a person wants of one application, and nothing else.</summary>
    /// <returns>What came of it; null when the application does not ask for updates.</returns>
    public async Task<ApplicationWork?> OrderAsync(ApplicationSnapshot application, HoldOrder order, CancellationToken cancellationToken)
    {
        if (await FindAsync(application, cancellationToken) is not { } work)
            return null;
        if (work.Failure is null && work.Policy.WriteBack is { Method: WriteBackMethod.ArgoCd })
            work.Fail("its write-back method is argocd, which leaves no history in git; hold the version in the Application, with the override parameter or the annotation pin");
        work.Order = order;
        foreach (var repository in RepositoryFinder.Group([work]))
            await RunAsync(repository, cancellationToken);
        return work;
    }

    /// <summary>What git knows of the images of one application; null when it does not ask for updates.</summary>
    public async Task<ApplicationRecord?> ReadHistoryAsync(ApplicationSnapshot application, CancellationToken cancellationToken) =>
        await FindAsync(application, cancellationToken) is { } work ? await new HistoryRun(services).ReadAsync(work, cancellationToken) : null;

    /// <summary>The version of a tag as it would be written.</summary>
    /// <returns>An update, or a failure that says why not.</returns>
    public Task<ImageDecision> FindVersionAsync(NamespacedName application, ImagePolicy image, Tag tag, CancellationToken cancellationToken) => services.Resolver.DecideAsync(
        application, image with { Pin = tag, ForceUpdate = true }, new ImageState { Deployed = true, Current = [], CurrentText = null }, cancellationToken);

    private async Task PatchAsync(IReadOnlyList<ApplicationWork> applications, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            applications,
            new ParallelOptions { MaxDegreeOfParallelism = MaxApplications, CancellationToken = cancellationToken },
            async (application, token) => await new ApplicationRun(application, services, mode).RunAsync(token));
        services.Witness.Settled();
    }

    private async Task<IReadOnlyList<ApplicationWork>> RunAsync(RepositoryWork repository, CancellationToken cancellationToken)
    {
        try
        {
            return await new RepositoryRun(repository, services, mode).RunAsync(cancellationToken);
        }
        finally
        {
            services.Witness.Ended(repository);
        }
    }

    /// <summary>Null when the application does not ask for updates. A bug that one application brings to light stays with it.</summary>
    private async Task<ApplicationWork?> FindAsync(ApplicationSnapshot application, CancellationToken cancellationToken)
    {
        ApplicationPolicy? policy = null;
        try
        {
            policy = AnnotationReader.Read(application, services.Settings.Annotations);
            return policy is null ? null : await services.Repositories.FindAsync(application, policy, cancellationToken);
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or OperationCanceledException))
        {
            Log.Unexpected(services.Logger, application.Name.ToString(), failure);
            var work = new ApplicationWork(application, policy ?? new ApplicationPolicy { Application = application.Name, Images = [] });
            work.Fail($"an internal error, please report it: {failure.GetType().Name}: {failure.Message}");
            return work;
        }
    }

    /// <summary>Registries answer while git is being fetched; what goes wrong here comes up again, with a name, when it is needed.</summary>
    private async Task WarmUpAsync(IEnumerable<ApplicationWork> applications, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(applications
                .SelectMany(application => application.Policy.Images.Select(image => services.Resolver.WarmUpAsync(application.Application, image, cancellationToken))));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Nobody waits for this; the question is asked again where the answer is needed, and fails there for the image that needs it.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An internal error while reading {Application}.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }
}
