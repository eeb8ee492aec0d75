using System.CommandLine;
using GitOpsBumper.Cli.Commands.Triggers;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Annotations.Approvals;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Cli.Commands.Approvals;

/// <summary><c>bumper approve</c> and <c>bumper reject</c>: a person decides about a version that waits.</summary>
internal static class ApprovalCommand
{
    public static Command CreateApprove(CommandContext context) => Create(context, null, new TaughtCommand("approve", "Approves a version that waits for it.", """
        # what waits of the image web of Application web, with your own kubeconfig: 'get' and 'patch' on the Application are enough
        bumper approve argocd/web web
        # only if it is this one that waits
        bumper approve argocd/web web 1.5.0
        # by the bot, which notes who approved: where several people, or certain groups, have to
        bumper approve argocd/web web --server https://bumper.example.com --token-file token
        """));

    public static Command CreateReject(CommandContext context) => Create(context, new Option<string?>("--reason") { Description = "Why, for those who read the Application; needed." }, new TaughtCommand("reject", "Rejects a version that waits, be it for approval or for anything else; the next newer one is asked about again.", """
        # what waits of the image web of Application web
        bumper reject argocd/web web 1.5.0 --reason "breaks the checkout"
        """));

    private static TaughtCommand Create(CommandContext context, Option<string?>? reason, TaughtCommand command)
    {
        var application = ApplicationArgument.Create();
        var alias = new Argument<string>("alias") { Description = "Of the image." };
        var tag = new Argument<string?>("tag") { Description = "That has to be the one that waits; without it whatever waits.", Arity = ArgumentArity.ZeroOrOne };
        var server = new Option<string?>("--server") { Description = $"The address of the bot's webhook port; without it the cluster is changed with your own kubeconfig. [environment: {TriggerCommand.ServerVariable}]", HelpName = "url" };
        var tokenFile = new Option<string?>("--token-file") { Description = $"The file of your token of the cluster, with --server. Default: {TriggerToken.Variable}.", HelpName = "file" };
        var ca = new Option<string?>("--ca-file") { Description = "Certificates in PEM that are trusted for the server besides those of the system.", HelpName = "file" };
        command.Add(application);
        command.Add(alias);
        command.Add(tag);
        if (reason is not null)
            command.Add(reason);
        command.Add(server);
        command.Add(tokenFile);
        command.Add(ca);
        command.With(SettingDefinitions.Cycle).SetAction(async (parsed, cancellationToken) =>
        {
            var wish = new ApprovalWish(parsed.GetRequiredValue(application), parsed.GetRequiredValue(alias), parsed.GetValue(tag), reason is null ? null : Reason(parsed.GetValue(reason)));
            if ((parsed.GetValue(server) ?? context.Environment(TriggerCommand.ServerVariable)) is not { Length: > 0 } address)
                return await new ClusterApproval(context, wish).RunAsync(context.Loader(parsed), cancellationToken);
            var problems = new List<string>();
            var url = TriggerCommand.Server(address, problems);
            var authorities = TriggerCommand.Authorities(parsed.GetValue(ca), problems);
            var settings = context.Loader(parsed).Load();
            if (problems.Count > 0)
                throw new UsageException(problems);
            var token = await TriggerToken.FindGivenAsync(parsed.GetValue(tokenFile), context.Environment, cancellationToken);
            return await new ServerApproval(context, wish, wish.NameIn(settings.ArgoCdNamespace), settings.Output).RunAsync(url!, token, authorities, cancellationToken);
        });
        return command;
    }

    private static string Reason(string? text) => text is not null && Rejection.Plain(text) is { Length: > 0 } reason
        ? reason
        : throw new UsageException(["--reason is needed: why is the version not wanted?"]);
}

/// <summary>What a person wants.</summary>
/// <param name="Application">Name, or namespace/name.</param>
/// <param name="Alias">Of the image.</param>
/// <param name="Tag">That has to wait; null: whatever does.</param>
/// <param name="Reason">Of a rejection; null: it is approved.</param>
internal sealed record ApprovalWish(string Application, string Alias, string? Tag, string? Reason)
{
    /// <summary>For people: the state that it brings the version into.</summary>
    public string State => Reason is null ? "approved" : "rejected";

    /// <summary>The annotations that say it.</summary>
    public IReadOnlyDictionary<string, string?> Changes(ImageVersion version, ApplicationSnapshot seen) => Reason is { } reason
        ? ApprovalAnnotations.StateOf(seen, Alias).With(new Rejection(version, Rejection.Plain(reason)))
        : new Dictionary<string, string?>(StringComparer.Ordinal) { [ApprovalAnnotations.PrefixOf(Alias) + ApprovalKeys.Approved] = $"{version}" };

    /// <param name="argoCdNamespace">Of an Application that is named without one.</param>
    /// <exception cref="UsageException">Nothing is called so.</exception>
    public NamespacedName NameIn(string argoCdNamespace) => NamespacedName.TryParse(Application.Contains('/', StringComparison.Ordinal) ? Application : $"{argoCdNamespace}/{Application}", out var name, out var problem)
        ? name
        : throw new UsageException([problem]);

    /// <summary>A sentence where it is not what waits; null: it is.</summary>
    public string? Refuse(string tag) => Tag is null || Tag == tag ? null : $"{Shortened.Text(tag)} waits for approval, not {Shortened.Text(Tag)}";
}
