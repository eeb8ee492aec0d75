using GitOpsBumper.Controller;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Output;

/// <summary>The report for people: what changed, what failed and why; what is quiet is counted, and shown while it is little.</summary>
internal static class TextReport
{
    /// <summary>Above this many images only those that a person may care about are listed.</summary>
    private const int ListAllUpTo = 50;

    public static void Print(Terminal terminal, CycleReport report, bool withDiff)
    {
        var all = report.Images <= ListAllUpTo;
        var hidden = 0;
        foreach (var application in report.Applications)
        {
            var images = application.Images.Where(image => all || !IsQuiet(image.Decision)).ToList();
            hidden += application.Images.Count - images.Count;
            if (images.Count > 0 || application.Problems.Count > 0 || application.Failure is not null)
                Print(terminal, application, images, withDiff);
        }

        if (hidden > 0)
            terminal.Line($"{hidden} images that need nothing are not shown.", "grey");
        Totals(terminal, report);
    }

    private static bool IsQuiet(DecisionKind kind) => kind is DecisionKind.UpToDate or DecisionKind.Skipped;

    private static void Print(Terminal terminal, ApplicationReport application, IReadOnlyList<ImageReport> images, bool withDiff)
    {
        var place = application.Repository is null ? "" : $"  {application.Repository}{(application.Branch is null ? "" : $" {application.Branch}")}";
        var commit = application.Commit is null ? "" : $"  -> {application.Commit[..12]}";
        var request = application.PullRequest is null ? "" : $"  {application.PullRequest}";
        terminal.Line($"{application.Name}{place}{commit}{request}", "bold");
        if (application.Failure is not null)
            terminal.Line($"  failed: {application.Failure}", "red");
        foreach (var problem in application.Problems)
            terminal.Line($"  problem: {problem.Key}: {problem.Message}", "yellow");
        if (images.Count > 0)
        {
            terminal.Table(
                ["  IMAGE", "CURRENT", "CANDIDATE", "DECISION", "REASON"],
                [.. images.Select(image => (IReadOnlyList<Cell>)
                [
                    new Cell($"  {image.Alias ?? image.Image}"),
                    new Cell(Shorten(image.Current)),
                    new Cell(Shorten(image.Candidate ?? image.Digest)),
                    new Cell(DecisionWords.Word(image.Decision), DecisionWords.Colour(image.Decision)),
                    new Cell(image.Reason),
                ])]);
        }

        if (withDiff)
        {
            foreach (var line in application.Changes.SelectMany(DiffView.Lines))
                terminal.DiffLine($"  {line}", DiffView.Colour(line));
        }

        terminal.Line();
    }

    private static void Totals(Terminal terminal, CycleReport report)
    {
        var counts = Enum.GetValues<DecisionKind>().Select(kind => (Kind: kind, Count: report.Count(kind))).Where(entry => entry.Count > 0)
            .Select(entry => $"{entry.Count} {DecisionWords.Word(entry.Kind)}");
        var images = report.Images == 0 ? "no images" : string.Join(", ", counts);
        terminal.Line($"{Plural(report.Applications.Count, "application")}: {images}. "
            + $"Asked registries {report.Requests.Registry} times and git servers {report.Requests.Git} times in {report.Duration.TotalSeconds:0.0} s.");
    }

    private static string Plural(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>A digest of 71 characters would break every table: twelve digits tell it apart.</summary>
    private static string Shorten(string? version)
    {
        if (version is null)
            return "-";
        var at = version.IndexOf("sha256:", StringComparison.Ordinal);
        return at < 0 || version.Length < at + 19 ? version : version[..(at + 19)];
    }
}
