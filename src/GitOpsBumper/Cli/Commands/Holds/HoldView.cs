using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
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
            terminal.Output.WriteLine(Json(work, order));
        else
            PrintText(terminal, work, order, isDryRun);
    }

    private static string Json(ApplicationWork work, HoldOrder order) => JsonReport.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("namespace", work.Application.Name.Namespace);
        json.WriteString("name", work.Application.Name.Name);
        json.WriteString("repository", work.Repository);
        json.WriteString("branch", work.Branch);
        json.WriteString("commit", work.Commit);
        json.WriteString("failure", work.Failure);
        json.WriteStartArray("images");
        foreach (var image in work.Images.Where(image => order.IsFor(image.Policy.DisplayAlias)))
        {
            json.WriteStartObject();
            json.WriteString("alias", image.Policy.Alias);
            json.WriteString("image", image.Policy.Image.Name);
            json.WriteString("current", image.State.CurrentText);
            json.WriteBoolean("failed", image.Decision is ImageDecision.Failed);
            json.WriteString("reason", image.Decision.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in work.Changes)
            json.WriteStringValue(change.Path.Text);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void PrintText(Terminal terminal, ApplicationWork work, HoldOrder order, bool isDryRun)
    {
        if (work.Failure is { } failure)
            terminal.Line($"{work.Application.Name}: nothing was committed: {failure}", "red");
        foreach (var image in work.Images.Where(image => order.IsFor(image.Policy.DisplayAlias)))
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
        else if (isDryRun && work.Failure is null)
            terminal.Line($"nothing was committed to {work.Branch} of {work.Repository}: --dry-run");
    }
}
