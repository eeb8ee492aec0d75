using System.Text;
using GitOpsBumper.Tests.Support;
using GitOpsBumper.Webhooks;
using Microsoft.Extensions.Primitives;

namespace GitOpsBumper.Tests.Webhooks;

/// <summary>
/// A body that a sender's documentation shows, in <c>Vectors/webhooks/[type]/[name].json</c>, and beside it in <c>[name].expected</c> the page it comes from,
/// headers and parameters that belong to it, and how it is read: a line each.
/// </summary>
internal sealed record WebhookCase(string Type, string Name, WebhookRequest Request, string Source, IReadOnlyList<string> Expected)
{
    private static readonly string[] Inputs = ["source", "header", "query"];

    public static IEnumerable<WebhookCase> All() => Directory.EnumerateFiles(VectorFile.PathOf("webhooks"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(Read);

    public static WebhookCase Read(string type, string name) => Read(VectorFile.PathOf("webhooks", type, $"{name}.json"));

    public static WebhookRequest RequestOf(byte[] body, IEnumerable<(string Name, string Value)> headers, IEnumerable<(string Name, string Value)> query) =>
        new(Group(headers, StringComparer.OrdinalIgnoreCase), Group(query, StringComparer.Ordinal), body);

    public static WebhookRequest RequestOf(string body, params (string Name, string Value)[] headers) => RequestOf(Encoding.UTF8.GetBytes(body), headers, []);

    /// <summary>In the words of the files.</summary>
    public static IReadOnlyList<string> Describe(WebhookReading reading)
    {
        IEnumerable<string> lines = reading switch
        {
            WebhookReading.Pushed pushed => pushed.Images.Select(image =>
                string.Join(' ', new[] { "pushed:", image.Repository.ToString(), image.Tag?.Text, image.Digest?.ToString(), image.AndBelow ? "and below" : null }.Where(part => part is not null))),
            WebhookReading.Changed changed => [.. changed.Repositories.Select(repository => $"changed: {repository.Text}"), .. changed.Branches.Select(branch => $"branch: {branch}")],
            WebhookReading.Ignored ignored => [$"ignored: {ignored.Reason}"],
            WebhookReading.Malformed malformed => [$"malformed: {malformed.Problem}"],
            _ => [],
        };
        return reading.Delivery is null ? [.. lines] : [$"delivery: {reading.Delivery}", .. lines];
    }

    private static WebhookCase Read(string path)
    {
        var lines = File.ReadAllLines(Path.ChangeExtension(path, ".expected")).Select(line => line.Split(": ", 2)).ToList();
        var inputs = lines.Where(line => Inputs.Contains(line[0], StringComparer.Ordinal)).ToLookup(line => line[0], line => line[1], StringComparer.Ordinal);
        return new WebhookCase(
            Path.GetFileName(Path.GetDirectoryName(path)!), Path.GetFileNameWithoutExtension(path),
            RequestOf(File.ReadAllBytes(path), inputs["header"].Select(text => Pair(text, ": ")), inputs["query"].Select(text => Pair(text, "="))),
            inputs["source"].Single(), [.. lines.Where(line => !Inputs.Contains(line[0], StringComparer.Ordinal)).Select(line => string.Join(": ", line))]);
    }

    private static (string, string) Pair(string text, string separator) => text.Split(separator, 2) is [var name, var value] ? (name, value) : throw new FormatException(text);

    private static Dictionary<string, StringValues> Group(IEnumerable<(string Name, string Value)> pairs, StringComparer comparer) =>
        pairs.GroupBy(pair => pair.Name, comparer).ToDictionary(group => group.Key, group => new StringValues([.. group.Select(pair => pair.Value)]), comparer);
}
