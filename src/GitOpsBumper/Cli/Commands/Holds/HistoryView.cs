using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary>What happened to images, the newest first.</summary>
internal static class HistoryView
{
    private const int ShortCommit = 10;

    public static void Print(Terminal terminal, OutputFormat format, NamespacedName application, IReadOnlyList<ImageRecord> images)
    {
        if (format == OutputFormat.Json)
        {
            terminal.Output.WriteLine(Json(application, images));
            return;
        }

        foreach (var image in images)
        {
            terminal.Line($"{application} {image.Policy.DisplayAlias}  {image.State.CurrentText ?? "-"}", "bold");
            if (image.Completed.Override is { } pin)
                terminal.Line($"  pinned to {pin.Value} by {pin.Where}", "blue");
            foreach (var rejected in image.Completed.Rejected)
                terminal.Line($"  {rejected.Version} {rejected.Story}", "yellow");
            if (image.Memory.Entries.Count == 0)
                terminal.Line("  nothing is known of it: the bot has not written it yet, or longer ago than the history goes back");
            else
                terminal.Table(["  WHEN", "WHAT", "FROM", "TO", "BY", "COMMIT", "REASON"], [.. image.Memory.Entries.Reverse().Select(Row)]);
            terminal.Line();
        }
    }

    private static IReadOnlyList<Cell> Row(HistoryEntry entry) =>
    [
        new Cell($"  {When(entry)}"),
        new Cell(Word(entry.Kind), entry.Kind switch { HistoryKind.Updated => "green", HistoryKind.ByHand => "yellow", _ => "blue" }),
        new Cell(entry.From ?? "-"),
        new Cell(entry.To ?? "-"),
        new Cell(By(entry) ?? "-"),
        new Cell(entry.Kind == HistoryKind.ByHand || entry.Commit is not { } commit ? "-" : commit.Id[..Math.Min(ShortCommit, commit.Id.Length)]),
        new Cell(Reason(entry)),
    ];

    /// <summary>Of a change by hand only what came after it tells when.</summary>
    private static string When(HistoryEntry entry) => (entry.Kind, entry.Commit) switch
    {
        (HistoryKind.ByHand, null) => "since",
        (HistoryKind.ByHand, _) => "then",
        (_, { } commit) => commit.When.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
        _ => "-",
    };

    private static string? By(HistoryEntry entry) => entry.By ?? (entry is { Kind: HistoryKind.Updated, Commit.Committer: { Length: > 0 } committer } ? committer : null);

    private static string Reason(HistoryEntry entry) => string.Join(
        "; ", new[] { entry.Until is { } until ? $"until {HoldEnd.Write(until)}" : null, entry.Reason }.OfType<string>());

    private static string Word(HistoryKind kind) => kind switch
    {
        HistoryKind.Updated => "updated",
        HistoryKind.Pinned => "pinned",
        HistoryKind.Unpinned => "unpinned",
        _ => "by-hand",
    };

    private static string Json(NamespacedName application, IReadOnlyList<ImageRecord> images) => JsonReport.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("namespace", application.Namespace);
        json.WriteString("name", application.Name);
        json.WriteStartArray("images");
        foreach (var image in images)
            Write(json, image);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, ImageRecord image)
    {
        json.WriteStartObject();
        json.WriteString("alias", image.Policy.Alias);
        json.WriteString("image", image.Policy.Image.Name);
        json.WriteString("current", image.State.CurrentText);
        json.WriteString("pinned", image.Completed.Override?.Value);
        json.WriteString("pinnedBy", image.Completed.Override?.Where);
        json.WriteStartArray("rejected");
        foreach (var rejected in image.Completed.Rejected)
            json.WriteStringValue(rejected.Version.ToString());
        json.WriteEndArray();
        json.WriteStartArray("history");
        foreach (var entry in image.Memory.Entries.Reverse())
        {
            json.WriteStartObject();
            json.WriteString("what", Word(entry.Kind));
            json.WriteString("from", entry.From);
            json.WriteString("to", entry.To);
            json.WriteString("by", By(entry));
            json.WriteString("reason", entry.Reason);
            json.WriteString("until", entry.Until is { } until ? HoldEnd.Write(until) : null);
            json.WriteString("commit", entry.Kind == HistoryKind.ByHand ? null : entry.Commit?.Id);
            json.WriteString("when", entry.Kind == HistoryKind.ByHand || entry.Commit is null ? null : HoldEnd.Write(entry.Commit.When));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
