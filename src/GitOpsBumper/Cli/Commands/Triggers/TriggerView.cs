using System.Text.Json;

namespace GitOpsBumper.Cli.Commands.Triggers;

/// <summary>Shows a trigger to a person, one line for each image.</summary>
internal static class TriggerView
{
    public static bool IsGood(JsonElement trigger, bool orProposed) => Text(trigger, "result") is "written" or "already-there" || (orProposed && Text(trigger, "result") == "proposed");

    public static void Write(TextWriter output, JsonElement trigger)
    {
        var applications = Items(trigger, "applications").ToDictionary(application => $"{Text(application, "namespace")}/{Text(application, "name")}", StringComparer.Ordinal);
        foreach (var image in Items(trigger, "images"))
        {
            var name = Text(image, "application") ?? "";
            var where = applications.TryGetValue(name, out var application) ? Where(application) : "";
            output.WriteLine($"{Clean(name)}  {Clean(Text(image, "alias"))}  {Clean(Text(image, "result"))}{Clean(where)}: {Clean(Text(image, "reason"))}");
        }

        if (Text(trigger, "state") != "done")
            output.WriteLine($"not all is decided yet of {string.Join(", ", Items(trigger, "matched").Select(item => Clean(item.GetString())))}; ask again for {Clean(Text(trigger, "id"))}");
    }

    private static string Where(JsonElement application) => (Text(application, "commit"), Text(application, "pullRequest")) switch
    {
        (_, { } request) => $" in {request}",
        ({ } commit, null) => $" in commit {commit[..Math.Min(10, commit.Length)]} on {Text(application, "branch")} of {Text(application, "repository")}",
        _ => "",
    };

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A server may say what moves the cursor.</summary>
    private static string Clean(string? text) => text is null ? "" : string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
