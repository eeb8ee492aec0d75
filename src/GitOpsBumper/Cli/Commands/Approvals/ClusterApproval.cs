using System.Text.Json;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Hosting;
using GitOpsBumper.Hosting.Approvals;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands.Approvals;

/// <summary>
/// Decides with the person's own rights, and annotates the Application as kubectl would. What waits is what the bot has written there; where it has written nothing, a plan tells, which takes more
/// rights.
/// </summary>
internal sealed class ClusterApproval(CommandContext context, ApprovalWish wish)
{
    public async Task<int> RunAsync(SettingsLoader loader, CancellationToken cancellationToken)
    {
        if (loader.Load().Manifests.Count > 0)
            throw new UsageException(["Applications in files cannot be approved for: annotate them, or leave --manifests out"]);
        using var applications = new ClusterApplications(context.Surroundings, loader);
        var name = wish.NameIn(applications.Settings.ArgoCdNamespace);
        NotedRequest? request = null;
        string unseen;
        try
        {
            await applications.Client.AnnotateAsync(
                name,
                seen =>
                {
                    request = NotedRequest.Find(seen, wish, applications.Settings.Annotations);
                    return request is { Problem: null, Version: var version } ? wish.Changes(version, seen) : new Dictionary<string, string?>();
                },
                cancellationToken);
            if (request is not null)
                return request.Problem is { } problem ? await FailAsync(problem) : await TellAsync(name, request.Version, applications.Settings.Output);
            unseen = $"the bot has noted in Application {name} no version of {wish.Alias} that waits{(wish.Tag is null ? "" : " with this tag")}";
        }
        catch (KubernetesException failure) when (request is null && failure.IsForbidden)
        {
            unseen = $"what the bot has noted in Application {name} cannot be read: {failure.Message}";
        }
        catch (KubernetesException failure)
        {
            return await FailAsync(failure);
        }

        return await PlanAsync(loader, unseen, cancellationToken);
    }

    /// <param name="unseen">Why it has to be planned, a sentence without its end.</param>
    private async Task<int> PlanAsync(SettingsLoader loader, string unseen, CancellationToken cancellationToken)
    {
        using var run = await OpenAsync(loader, unseen, cancellationToken);
        var application = ApplicationArgument.Find(run, wish.Application);
        var report = (await run.CreateCycle(writes: false).RunAsync([application], cancellationToken)).Applications;
        context.Terminal.EndProgress();
        if (report is not [{ Images: var images }] || images.FirstOrDefault(one => one.Alias == wish.Alias) is not { } image)
            throw new UsageException([$"Application '{application.Name}' has no image with alias '{wish.Alias}'"]);
        if (Wanted(image) is not { Tag: { } tag } version)
            return await FailAsync($"nothing of {wish.Alias} of {application.Name} waits{(wish.Reason is null ? " for approval" : "")}: {image.Reason}");
        if (wish.Refuse(tag.Text) is { } refusal)
            return await FailAsync(refusal);
        if (wish.Reason is null && image.Asked is { Policy.NeedsVotes: true } asked)
            return await FailAsync($"{asked.Name} needs votes that the bot notes: give --server");
        try
        {
            if (await run.Cluster!.AnnotateAsync(application.Name, seen => wish.Changes(version, seen), cancellationToken) is null)
                return await FailAsync($"there is no Application {application.Name} any more");
        }
        catch (KubernetesException failure)
        {
            return await FailAsync(failure);
        }

        return await TellAsync(application.Name, version, run.Settings.Output);
    }

    private async Task<SingleRun> OpenAsync(SettingsLoader loader, string unseen, CancellationToken cancellationToken)
    {
        try
        {
            return await SingleRun.OpenAsync(context.Surroundings, loader, cancellationToken);
        }
        catch (UsageException failure)
        {
            throw new UsageException(
            [
                unseen,
                .. failure.Problems.Select(problem => $"what waits cannot be planned either: {problem}"),
                "with a version noted there it takes 'get' and 'patch' on the Application; else the rights of 'bumper plan', which lists Applications, AppProjects, ConfigMaps and Secrets; or --server, which asks the bot",
            ]);
        }
    }

    /// <summary>What is approved is what people are asked about; what is rejected may be anything that is on its way.</summary>
    private ImageVersion? Wanted(ImageReport image) => wish.Reason is not null ? PlannedVersion.Of(image) : image.Asked is { Policy: not null, Version: { Digest: not null } version } ? version : null;

    private async Task<int> TellAsync(NamespacedName application, ImageVersion version, OutputFormat format)
    {
        await context.Terminal.Output.WriteLineAsync(format == OutputFormat.Json ? JsonReport.Render(json => Write(json, application.ToString(), version.ToString())) : $"{application}  {wish.Alias}  {version}  {wish.State}");
        return ExitCode.Done;
    }

    private void Write(Utf8JsonWriter json, string application, string version)
    {
        json.WriteStartObject();
        json.WriteString("application", application);
        json.WriteString("alias", wish.Alias);
        json.WriteString("version", version);
        json.WriteString("state", wish.State);
        json.WriteEndObject();
    }

    private async Task<int> FailAsync(KubernetesException failure)
    {
        await FailAsync(failure.Message);
        return failure.IsForbidden || failure.Status == 401 ? ExitCode.Usage : ExitCode.SomeFailed;
    }

    private async Task<int> FailAsync(string sentence)
    {
        await context.Error.WriteLineAsync($"bumper: {sentence}");
        return ExitCode.SomeFailed;
    }
}
