using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary>What came of what a person wanted.</summary>
internal static class HoldView
{
    public static void Print(Terminal terminal, OutputFormat format, ApplicationWork work, HoldOrder order, bool isDryRun)
    {
        if (format == OutputFormat.Json)
            terminal.Output.WriteLine(Json(work, Shown(work, order).Select(image => (image.Policy, image.State, image.Decision is ImageDecision.Failed, image.Decision.Reason))));
        else
            PrintText(terminal, work, order, isDryRun);
    }

    /// <summary>There was nothing to do, and nothing was done.</summary>
    public static void PrintNothing(Terminal terminal, OutputFormat format, ApplicationWork work, IReadOnlyList<ImageRecord> images, string reason)
    {
        if (format == OutputFormat.Json)
            terminal.Output.WriteLine(Json(work, [.. images.Select(image => (image.Policy, image.State, false, reason))]));
        else
            terminal.Line($"{work.Application.Name}: {reason}");
    }

    private static string Json(ApplicationWork work, IEnumerable<(ImagePolicy Policy, ImageState State, bool IsFailed, string Reason)> images) => JsonReport.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("namespace", work.Application.Name.Namespace);
        json.WriteString("name", work.Application.Name.Name);
        json.WriteString("repository", work.Repository);
        json.WriteString("branch", work.Branch);
        json.WriteString("commit", work.Commit);
        json.WriteString("pullRequest", work.PullRequest);
        json.WriteString("failure", work.Failure);
        json.WriteStartArray("images");
        foreach (var (policy, state, isFailed, reason) in images)
        {
            json.WriteStartObject();
            json.WriteString("alias", policy.Alias);
            json.WriteString("image", policy.Image.Name);
            json.WriteString("current", state.CurrentText);
            json.WriteBoolean("failed", isFailed);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in work.Changes)
            json.WriteStringValue(change.Path.Text);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static IEnumerable<PlannedImage> Shown(ApplicationWork work, HoldOrder order) => work.Images.Where(image => order.IsFor(image.Policy.DisplayAlias));

    private static void PrintText(Terminal terminal, ApplicationWork work, HoldOrder order, bool isDryRun)
    {
        if (work.Failure is { } failure)
            terminal.Line($"{work.Application.Name}: nothing was committed: {failure}", "red");
        foreach (var image in Shown(work, order))
        {
            if (image.Decision is ImageDecision.Failed failed)
                terminal.Line($"{work.Application.Name} {image.Policy.DisplayAlias}: {failed.Reason}", "red");
            else if (work.Failure is null)
                terminal.Line($"{work.Application.Name} {image.Policy.DisplayAlias}: {image.Decision.Reason}", "green");
        }

        foreach (var line in work.Changes.SelectMany(DiffView.Lines))
            terminal.DiffLine($"  {line}", DiffView.Colour(line));
        if (work.Commit is { } commit)
            terminal.Line($"commit {commit} on {work.Branch} of {work.Repository}");
        if (work.PullRequest is { } request && work.Failure is null)
            terminal.Line($"request {request}, which waits to be merged");
        if (isDryRun && work.Failure is null)
            terminal.Line($"nothing was committed to {work.Branch} of {work.Repository}: --dry-run");
    }
}
