using System.CommandLine;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper explain</c>: every candidate of an application's images, and where it fell.</summary>
internal static class ExplainCommand
{
    public static Command Create(CommandContext context)
    {
        var application = ApplicationArgument.Create();
        var alias = ApplicationArgument.Alias("One image only.");
        var command = new TaughtCommand("explain", "Explains the decision for an application: every tag and the step at which it fell.", """
            # why is web not updated?
            bumper explain web
            # the same for a manifest that is not applied yet
            bumper explain web --manifests apps/
            # one of its images, for a script
            bumper explain argocd/web sidecar --manifests apps/ --output json
            """)
        {
            application,
            alias,
        }.With(SettingDefinitions.Cycle);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var run = await SingleRun.OpenAsync(context.Surroundings, context.Loader(parsed), cancellationToken);
            var name = parsed.GetRequiredValue(application);
            var work = await run.CreateCycle(writes: false).PlanAsync([ApplicationArgument.Find(run, name)], cancellationToken);
            return await ExplainAsync(context, run, work, parsed.GetValue(alias), name, cancellationToken);
        });
        return command;
    }

    private static async Task<int> ExplainAsync(
        CommandContext context, SingleRun run, IReadOnlyList<ApplicationWork> work, string? alias, string name, CancellationToken cancellationToken)
    {
        if (work.Count == 0)
            throw new UsageException([$"Application '{name}' has no image list, so it is left alone"]);
        var application = work[0];
        if (application.Failure is { } failure)
            context.Terminal.Line($"{name}: {failure}", "red");
        foreach (var problem in application.Policy.Problems)
            context.Terminal.Line($"{name}: {problem.Key}: {problem.Message}", "yellow");
        var images = application.Images.Where(image => alias is null || image.Policy.Alias == alias).ToList();
        if (alias is not null && images.Count == 0 && application.Failure is null)
            throw new UsageException([$"Application '{name}' has no image '{alias}', it has: {string.Join(", ", application.Images.Select(image => image.Policy.DisplayAlias))}"]);
        foreach (var image in images)
            ExplainView.Print(context.Terminal, run.Settings.Output, await ExplainedImage.ExplainAsync(run, application.Policy, image, cancellationToken));

        return application.Report(written: false).AnyFailed ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
