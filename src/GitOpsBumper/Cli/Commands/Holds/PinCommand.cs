using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary><c>bumper pin</c>: hold an image at a version, by a commit.</summary>
internal static class PinCommand
{
    public static Command Create(CommandContext context)
    {
        var application = ApplicationArgument.Create();
        var alias = new Argument<string>("alias") { Description = "Of the image; its name where it has none." };
        var version = new Argument<string>("tag") { Description = "To hold; a digest, or tag@digest, is taken too." };
        var pinning = new PinOptions();
        var hold = new HoldOptions();
        var command = new TaughtCommand("pin", "Holds an image at a version: commits it, and the bot writes no other until 'bumper unpin'.", """
            # 1.5.0 is bad: back to 1.4.2, and stay there
            bumper pin web web 1.4.2 --reason "checkout fails with 1.5.0"
            # for a week; it ends by itself
            bumper pin web web 1.4.2 --until 7d
            # the chart knows no overrideTag: write the tag itself
            bumper pin web web 1.4.2 --with value
            # what would be committed?
            bumper pin web web 1.4.2 --dry-run
            """)
        {
            application, alias, version, pinning.Until, pinning.With, pinning.Force, hold.Reason, hold.By, hold.DryRun,
        }.With(SettingDefinitions.Cycle);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var text = parsed.GetRequiredValue(version);
            if (!ImageVersion.TryParse(text, out var wanted, out var problem))
                throw new UsageException([$"tag '{text}': {problem}"]);
            var request = new PinRequest(wanted, pinning.ReadUntil(parsed), pinning.ReadWith(parsed), parsed.GetValue(pinning.Force), hold.ReadReason(parsed));
            using var run = await SingleRun.OpenAsync(context.Surroundings, context.Loader(parsed), cancellationToken);
            var opened = await HoldRun.OpenAsync(context, run, parsed.GetRequiredValue(application), cancellationToken);
            return await PinAsync(opened, opened.Image(parsed.GetRequiredValue(alias)), request, hold, parsed, cancellationToken);
        });
        return command;
    }

    /// <summary>Looks whether the version is there, and commits.</summary>
    public static async Task<int> PinAsync(HoldRun opened, ImageRecord image, PinRequest request, HoldOptions hold, ParseResult parsed, CancellationToken cancellationToken)
    {
        var byOverride = request.With switch
        {
            PinWay.Override when !image.HasOverride => throw new UsageException([$"{image.Policy.DisplayAlias} has no override parameter where it is written; --with value writes the version itself"]),
            PinWay.Value => false,
            _ => image.HasOverride,
        };
        if (byOverride && image.State.Override is { HidesFiles: true } hiding)
            throw new UsageException([$"{image.Policy.DisplayAlias} is held at {hiding.Value} by {hiding.Where}, so a pin in the file would not be seen; change it there"]);
        var value = request.Version;
        if (value is { Tag: { } tag, Digest: null } && !request.Force)
        {
            switch (await opened.Run.CreateCycle(writes: false).FindVersionAsync(opened.Application.Name, image.Policy, tag, cancellationToken))
            {
                case ImageDecision.Update found:
                    value = found.Value;
                    break;
                case var other:
                    opened.Context.Terminal.EndProgress();
                    throw new UsageException([$"{image.Policy.Image.Name}: {other.Reason.Replace("the annotation pin names tag", "there is no tag", StringComparison.Ordinal)}; --force pins without a look"]);
            }
        }

        // Where a digest stands alone, as for a chart's shasum, a tag before it would break what is rendered.
        if (!byOverride && image.Policy is { WritesDigest: true, DigestFormat: DigestFormat.Digest })
            value = value.Digest is null ? throw new UsageException([$"{image.Policy.DisplayAlias} is written as a digest alone, and without asking the registry that of {value} is not known; name the digest, or leave out --force"]) : value with { Tag = null };

        var order = new HoldOrder.Pin(image.Policy.DisplayAlias, value, request.Version.ToString(), request.Until, byOverride)
        {
            By = await hold.ReadByAsync(parsed, cancellationToken),
            Reason = request.Reason,
        };
        var code = await opened.CommitAsync(order, parsed.GetValue(hold.DryRun), cancellationToken);
        if (code == ExitCode.Done && opened.Run.Settings.Output == OutputFormat.Text)
        {
            foreach (var note in Notes(opened, image, byOverride))
                opened.Context.Terminal.Line(note, "grey");
        }

        return code;
    }

    /// <summary>What a pin depends on.</summary>
    private static IEnumerable<string> Notes(HoldRun opened, ImageRecord image, bool byOverride)
    {
        if (byOverride)
            yield return $"The chart has to render {image.Policy.OverrideTagParameter} before {image.Policy.HelmParameters.Tag}; where it does not, use --with value.";
        if (opened.UsesWriteBranch)
            yield return byOverride ? "It holds once the branch is merged." : "It holds once the branch is merged, with its trailers in the message: a squash has to keep them.";
        if (!byOverride && opened.HasShortHistory)
            yield return "The git server cannot leave files out of what it sends, so its history is read for 200 generations: after as many commits this pin is forgotten. The override parameter and the annotation pin are not.";
    }
}
