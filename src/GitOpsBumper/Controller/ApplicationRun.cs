using System.Diagnostics;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller;

/// <summary>
/// Everything that one cycle does with one application that is written back to its own object in the cluster. What the cycle saw tells whether
/// anything is due; then the object is read, planned from once more and patched, and whoever loses a race starts again from reading it.
/// </summary>
internal sealed partial class ApplicationRun(ApplicationWork work, CycleServices services, WriteMode mode)
{
    private const int MaxAttempts = 5;
    private const int FirstPauseMilliseconds = 200;
    private const string Deleted = "somebody deleted the Application meanwhile";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await DecideAsync(cancellationToken);
        services.Witness.Decided([work.Decided(mode.Writes)]);
    }

    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        using var span = services.Spans?.StartActivity("application");
        span?.SetTag("gitopsbumper.application", work.Application.Name.ToString());
        try
        {
            if (services.Cluster is not { } cluster)
            {
                work.Fail("write-back method argocd needs a cluster: manifests of files and folders have no Application that could be changed; choose git, or run without --manifests");
                return;
            }

            var edit = await PlanAsync(cancellationToken);
            services.Progress.Decided();
            if (edit is not null && mode.Writes)
                await WriteAsync(cluster, cancellationToken);
        }
        catch (KubernetesException failure)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            work.Fail(failure.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A bug that shows in one application must not take the others with it.
            span?.SetStatus(ActivityStatusCode.Error);
            Log.Unexpected(services.Logger, work.Application.Name.ToString(), failure);
            work.Fail($"an internal error, please report it: {failure.GetType().Name}: {failure.Message}");
        }
    }

    /// <summary>Null when nothing is to be written, be it because the application failed.</summary>
    private async Task<ApplicationEdit?> PlanAsync(CancellationToken cancellationToken)
    {
        var (application, policy) = (work.Application, work.Policy);
        var writeBack = policy.WriteBack!;
        if (writeBack.Source.Kind == SourceKind.Unknown)
        {
            work.Fail($"Argo CD has not said yet what it renders source '{writeBack.Source.Path}' with (status.sourceType); it may also be written into the Application: helm: {{}} or kustomize: {{}}");
            return null;
        }

        var images = await Task.WhenAll(policy.Images.Select(async image =>
        {
            var state = ImageStateReader.Read(image, application, writeBack);
            return new PlannedImage(image, state, await services.Resolver.DecideAsync(application.Name, image, state, cancellationToken));
        }));
        work.Shut = services.Gate.Find(work);
        var operation = ApplicationPlanner.Plan(application, writeBack, images, work.Shut, image => services.Approvals.Wait(work, image));
        work.Planned(operation.Images, operation.Edit is null ? [] : [operation.Edit.ToChange(application.Name)]);
        return operation.Edit;
    }

    private async Task WriteAsync(ApplicationClient cluster, CancellationToken cancellationToken)
    {
        Refused? last = null;
        var before = work.Images;
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (attempt > 1)
                await Task.Delay(TimeSpan.FromMilliseconds(FirstPauseMilliseconds * Math.Pow(2, attempt - 2) * (0.5 + services.Jitter())), services.Time, cancellationToken);
            if (await cluster.ReadAsync(work.Application.Name, cancellationToken) is not { Seen.IsBeingDeleted: false } live)
            {
                work.Fail(Deleted);
                return;
            }

            if (!TryRenew(services.Witness.Govern(live.Seen.Value)))
                return;
            if (await PlanAsync(cancellationToken) is not { } edit)
            {
                // The answer to our own patch was lost, and there it is.
                if (last is { Cause.Status: null or >= 500 } && work.Failure is null && last.Edit.IsMadeIn(work.Policy.WriteBack!.Source))
                    last.Restore(work);
                return;
            }

            if (Overtaken(before) is { } image)
            {
                work.Fail($"somebody wrote another version of {image} meanwhile; the next cycle starts from it");
                return;
            }

            var patch = live.Patch(edit);
            if (last is { Cause.IsUnprocessable: true } && patch == last.Patch)
            {
                work.Fail($"the change is not valid: {last.Cause.Message}");
                return;
            }

            last = await PatchAsync(cluster, edit, patch, cancellationToken);
            if (last is null)
                return;
        }

        work.Fail(last!.Cause.IsTransient
            ? last.Cause.Message
            : $"others changed the Application first, {MaxAttempts} times in a row; the next cycle starts from what it says then");
    }

    /// <summary>
    /// An image that is to be written and has another version since this cycle saw it, be it another cycle's or a person's: what registries said before that may be older than it. Null: there
    /// is none.
    /// </summary>
    private string? Overtaken(IReadOnlyList<PlannedImage> before) => work.Images
        .Where(now => now.Decision is ImageDecision.Update && before.FirstOrDefault(then => then.Policy.DisplayAlias == now.Policy.DisplayAlias) is { } then && then.State.CurrentText != now.State.CurrentText)
        .Select(now => now.Policy.DisplayAlias).FirstOrDefault();

    /// <summary>Null when there is nothing more to do: it is patched, or failed for good.</summary>
    private async Task<Refused?> PatchAsync(ApplicationClient cluster, ApplicationEdit edit, ApplicationPatch patch, CancellationToken cancellationToken)
    {
        if (mode.Barrier() is { } reason)
        {
            work.Fail($"nothing was written: {reason}");
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // What is sent is waited for, so that it is known what came of it.
            await cluster.PatchAsync(patch, mode.Abort);
            Log.Patched(services.Logger, work.Application.Name.ToString());
            return null;
        }
        catch (OperationCanceledException) when (mode.Abort.IsCancellationRequested)
        {
            work.Fail("the patch was cut short; the next cycle finds out whether it arrived");
            return null;
        }
        catch (KubernetesException failure) when (failure.IsNotFound)
        {
            work.Fail(Deleted);
            return null;
        }
        catch (KubernetesException failure) when (failure.IsConflict || failure.IsUnprocessable || failure.IsTransient)
        {
            return new Refused(edit, patch, failure, work.Application, work.Policy, work.Images, work.Changes);
        }
    }

    /// <summary>Somebody may have changed what the Application asks for, too.</summary>
    private bool TryRenew(ApplicationSnapshot application)
    {
        if (services.Repositories.Refusal(application) is { } refusal)
        {
            work.Fail(refusal);
            return false;
        }

        if (AnnotationReader.Read(application, services.Settings.Annotations) is { WriteBack.Method: WriteBackMethod.ArgoCd } policy)
        {
            work.Renew(application, policy);
            return true;
        }

        work.Fail("somebody changed the annotations or the source meanwhile so that there is nothing to write to; the next cycle starts from them");
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Patched Application {Application}.")]
        public static partial void Patched(ILogger logger, string application);

        [LoggerMessage(LogLevel.Error, "An internal error while working on {Application}.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }

    /// <summary>A patch that did not go through, or whose answer never came, and what it was made of.</summary>
    private sealed record Refused(
        ApplicationEdit Edit,
        ApplicationPatch Patch,
        KubernetesException Cause,
        ApplicationSnapshot Application,
        ApplicationPolicy Policy,
        IReadOnlyList<PlannedImage> Images,
        IReadOnlyList<FileChange> Changes)
    {
        /// <summary>What was planned then is what was done.</summary>
        public void Restore(ApplicationWork work)
        {
            work.Renew(Application, Policy);
            work.Planned(Images, Changes);
        }
    }
}
