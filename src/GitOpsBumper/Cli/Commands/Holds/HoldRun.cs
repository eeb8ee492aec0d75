using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary>What <c>pin</c>, <c>unpin</c>, <c>rollback</c> and <c>history</c> share: one application, what git knows of it, and a commit.</summary>
internal sealed class HoldRun(CommandContext context, SingleRun run, ApplicationSnapshot application, ApplicationRecord record)
{
    public SingleRun Run => run;

    public ApplicationSnapshot Application => application;

    public ApplicationWork Work => record.Work;

    public IReadOnlyList<ImageRecord> Images => record.Images;

    public CommandContext Context => context;

    public bool UsesWriteBranch => record.Work.WriteBranch is not null || record.Work.Forge is not null;

    public bool HasShortHistory => record.HasShortHistory;

    /// <summary>Finds the application and asks git what it knows.</summary>
    /// <exception cref="UsageException">There is none, or nothing can be known of it.</exception>
    public static async Task<HoldRun> OpenAsync(CommandContext context, SingleRun run, string name, CancellationToken cancellationToken)
    {
        var application = ApplicationArgument.Find(run, name);
        var record = await run.CreateCycle(writes: false).ReadHistoryAsync(application, cancellationToken)
            ?? throw new UsageException([$"Application '{name}' has no image list, so it is left alone"]);
        context.Terminal.EndProgress();
        return record.Work.Failure is { } failure ? throw new UsageException([$"{application.Name}: {failure}"]) : new HoldRun(context, run, application, record);
    }

    /// <summary>The image of an alias; where the application has one alone, it need not be named.</summary>
    public ImageRecord Image(string? alias)
    {
        var found = Images.Where(image => alias is null || image.Policy.DisplayAlias == alias).ToList();
        var names = string.Join(", ", Images.Select(image => image.Policy.DisplayAlias));
        return found.Count switch
        {
            1 => found[0],
            0 => throw new UsageException([$"Application '{application.Name}' has no image '{alias}', it has: {names}"]),
            _ => throw new UsageException([alias is null ? $"Application '{application.Name}' has several images, name one: {names}" : $"'{alias}' names several images of Application '{application.Name}'; give them aliases in image-list"]),
        };
    }

    /// <summary>Commits and pushes what a person wants, or shows it.</summary>
    public async Task<int> CommitAsync(HoldOrder order, bool isDryRun, CancellationToken cancellationToken)
    {
        if (!isDryRun)
            await run.CheckSigningAsync(cancellationToken);
        var work = await run.CreateCycle(writes: !isDryRun).OrderAsync(application, order, cancellationToken)
            ?? throw new UsageException([$"Application '{application.Name}' has no image list any more"]);
        context.Terminal.EndProgress();
        HoldView.Print(context.Terminal, run.Settings.Output, work, order, isDryRun);
        return work.Failure is not null || work.Images.Any(image => image.Decision is ImageDecision.Failed) ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
