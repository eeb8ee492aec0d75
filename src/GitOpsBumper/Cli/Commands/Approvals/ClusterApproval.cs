using System.Text.Json;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Hosting;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands.Approvals;

/// <summary>Decides with the person's own rights: plans what waits, and annotates the Application as kubectl would.</summary>
internal sealed class ClusterApproval(CommandContext context, ApprovalWish wish)
{
    public async Task<int> RunAsync(SettingsLoader loader, CancellationToken cancellationToken)
    {
        using var run = await SingleRun.OpenAsync(context.Surroundings, loader, cancellationToken);
        var cluster = run.Cluster ?? throw new UsageException(["Applications in files cannot be approved for: annotate them, or leave --manifests out"]);
        var application = ApplicationArgument.Find(run, wish.Application);
        var report = (await run.CreateCycle(writes: false).RunAsync([application], cancellationToken)).Applications;
        context.Terminal.EndProgress();
        if (report is not [{ Images: var images }] || images.FirstOrDefault(one => one.Alias == wish.Alias) is not { } image)
            throw new UsageException([$"Application '{application.Name}' has no image with alias '{wish.Alias}'"]);
        if (image.Asked is not { Policy: { } policy, Version: { Tag: { } tag, Digest: not null } version } asked)
            return await FailAsync($"nothing of {wish.Alias} of {application.Name} waits for approval: {image.Reason}");
        if (wish.Refuse(tag.Text) is { } refusal)
            return await FailAsync(refusal);
        if (wish.Reason is null && policy.NeedsVotes)
            return await FailAsync($"{asked.Name} needs votes that the bot notes: give --server");
        var prefix = $"{AnnotationKeys.Prefix}{AnnotationKeys.AliasInKeys(wish.Alias)}.";
        var (key, value) = wish.Reason is { } reason ? (ApprovalKeys.Rejected, new Rejection(version, reason).ToString()) : (ApprovalKeys.Approved, version.ToString());
        try
        {
            if (await cluster.AnnotateAsync(application.Name, _ => new Dictionary<string, string?>(StringComparer.Ordinal) { [prefix + key] = value }, cancellationToken) is null)
                return await FailAsync($"there is no Application {application.Name} any more");
        }
        catch (KubernetesException failure)
        {
            return await FailAsync(failure.Message);
        }

        var state = wish.Reason is null ? "approved" : "rejected";
        await context.Terminal.Output.WriteLineAsync(run.Settings.Output == OutputFormat.Json ? JsonReport.Render(json => Write(json, application.Name.ToString(), version.ToString(), state)) : $"{application.Name}  {wish.Alias}  {version}  {state}");
        return ExitCode.Done;
    }

    private void Write(Utf8JsonWriter json, string application, string version, string state)
    {
        json.WriteStartObject();
        json.WriteString("application", application);
        json.WriteString("alias", wish.Alias);
        json.WriteString("version", version);
        json.WriteString("state", state);
        json.WriteEndObject();
    }

    private async Task<int> FailAsync(string sentence)
    {
        await context.Error.WriteLineAsync($"bumper: {sentence}");
        return ExitCode.SomeFailed;
    }
}
