using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack.Kustomizations;
using YamlDotNet.Serialization;

namespace GitOpsBumper.Tests.Core.WriteBack.Kustomizations;

/// <summary>What holds for every edit of every kustomization.</summary>
public sealed partial class KustomizationLawTests
{
    private static readonly string[] Names = ["web", "registry.example.com/team/web", "nginx", "docker.io/library/nginx", "redis"];
    private static readonly string[] Versions = ["1.5.0", "1.20", "on", WriteBackImage.Digests[1], $"1.5.0@{WriteBackImage.Digests[1]}"];
    private static readonly IDeserializer Deserializer = new DeserializerBuilder().Build();

    [Fact]
    public void The_entries_of_the_image_say_the_version_and_no_other_line_changes() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Check(new Random(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static void Check(Random random)
    {
        var written = new List<Written>();
        var text = Generate(random, written);
        var image = WriteBackImage.Of(Pick(random, ["registry.example.com/team/web", "nginx"]), random.Next(3) == 0 ? "web" : null);
        var version = WriteBackImage.Version(Pick(random, Versions));
        Assert.True(KustomizationFile.TryRead(text, out var file, out var problem), $"{problem}\n{text}");
        Assert.True(file.TrySet(image, version, out var changed, out problem), $"{problem}\n{text}");
        Assert.True(changed.TrySet(image, version, out var again, out problem), $"{problem}\n{changed.Text}");
        Assert.Equal(changed.Text, again.Text);
        Assert.All(changed.WrittenVersions(image), found => Assert.Equal(version, found.Version));
        Assert.NotEmpty(changed.WrittenVersions(image));

        // Names are unique here: the entries of the image are those that mean it before, or a new last one.
        var own = written.Where(entry => image.KustomizeImageName is { } name ? entry.Name == name : Means(entry.NewName ?? entry.Name, image.Image) || Means(entry.Name, image.Image)).ToList();
        var before = ReadElsewhere(text);
        var after = ReadElsewhere(changed.Text);
        Assert.Equal(before.Where(entry => own.All(mine => mine.Name != entry["name"])).Select(Describe), after.Take(before.Count).Where(entry => own.All(mine => mine.Name != entry["name"])).Select(Describe));
        Assert.Equal(before.Count + (own.Count == 0 ? 1 : 0), after.Count);
        foreach (var entry in own.Count == 0 ? [after[^1]] : after.Where(entry => own.Any(mine => mine.Name == entry["name"])))
        {
            Assert.Equal((version.Tag?.Text ?? "", version.Digest?.ToString() ?? ""), (entry.GetValueOrDefault("newTag") ?? "", entry.GetValueOrDefault("digest") ?? ""));
            var mirror = image.KustomizeImageName is null ? own.Find(mine => mine.Name == entry["name"])?.NewName : null;
            Assert.True(mirror is null ? Means(entry.GetValueOrDefault("newName") ?? entry["name"], image.Image) : mirror == entry["newName"], changed.Text);
        }

        var ownLines = own.SelectMany(entry => entry.Lines).ToHashSet(StringComparer.Ordinal);
        var kept = new Queue<string>(Lines(text).Where(line => !ownLines.Contains(line) && !line.StartsWith("images:", StringComparison.Ordinal)));
        foreach (var line in Lines(changed.Text))
        {
            if (kept.TryPeek(out var next) && next == line)
                kept.Dequeue();
        }

        Assert.True(kept.Count == 0, $"not there any more, or not in its place: '{kept.FirstOrDefault()}'\n{text}\n->\n{changed.Text}");
        Assert.Equal(text.EndsWith('\n'), changed.Text.EndsWith('\n'));
        Assert.Equal(text.Contains("\r\n", StringComparison.Ordinal) ? Count(changed.Text, "\n") : 0, Count(changed.Text, "\r\n"));
    }

    private static string Generate(Random random, List<Written> written)
    {
        var indent = random.Next(2) * 2;
        var text = new StringBuilder(Pick(random, ["", "# top\n\n", "---\n"]));
        text.Append("kind: Kustomization\n");
        if (random.Next(2) == 0)
            text.Append($"resources:\n{new string(' ', indent)}- a.yaml   # b\n");
        text.Append("images:").Append(Pick(random, ["", "   # all of them"]));
        var names = Names.OrderBy(_ => random.Next()).Take(random.Next(0, 5)).ToList();
        text.Append(names.Count == 0 ? Pick(random, [" []\n", "\n"]) : "\n");
        foreach (var name in names)
            Entry(text, new string(' ', indent), name, random, written);
        if (random.Next(2) == 0)
            text.Append("# the end: {x}\nnamePrefix: 'a-'\n");
        var result = text.ToString();
        if (random.Next(4) == 0)
            result = result.TrimEnd('\n');
        return random.Next(4) == 0 ? result.Replace("\n", "\r\n", StringComparison.Ordinal) : result;
    }

    private static void Entry(StringBuilder text, string indent, string name, Random random, List<Written> written)
    {
        var newName = Pick(random, [null, null, "registry.example.com/team/web", "docker.io/nginx", "old.example.com/x"]);
        var fields = new List<string> { $"name: {Quote(name)}" };
        if (newName is not null)
            fields.Add($"newName: {Quote(newName)}");
        if (random.Next(3) > 0)
            fields.Add($"newTag: {Pick(random, ["v1.0", "\"1.20\"", "'2'", "&a" + random.Next(1000000) + " v3"])}");
        if (random.Next(3) == 0)
            fields.Add($"digest: {Quote(WriteBackImage.Digests[0])}");
        fields = [.. fields.OrderBy(_ => random.Next())];
        if (random.Next(4) == 0)
            text.Append(indent).Append($"# about entry {written.Count}\n");
        if (random.Next(4) == 0)
        {
            // The parser takes no anchor before a plain text in braces.
            var braces = $"{indent}- {{{string.Join(", ", fields.Select(field => Anchor().Replace(field, "")))}}}   # c{written.Count}";
            text.Append(braces).Append('\n');
            written.Add(new Written(name, newName, [braces]));
            return;
        }

        var lines = fields.Select((field, index) => $"{indent}{(index == 0 ? "- " : "  ")}{field}{Pick(random, ["", "", $"   # c{written.Count}.{index}"])}").ToList();
        foreach (var line in lines)
            text.Append(line).Append('\n');
        written.Add(new Written(name, newName, lines));

        string Quote(string value) => Pick(random, [value, $"\"{value}\"", $"'{value}'"]);
    }

    private static bool Means(string name, ImageReference image) => RepositoryName.TryParse(name, out var repository, out _) && repository == image.Repository;

    private static string Describe(Dictionary<string, string> entry) => string.Join(", ", entry.Select(field => $"{field.Key}={field.Value}"));

    /// <summary>By YamlDotNet's own deserializer, which shares nothing with the editor but the parser.</summary>
    private static List<Dictionary<string, string>> ReadElsewhere(string text)
    {
        var root = Deserializer.Deserialize<Dictionary<string, object?>>(text);
        var list = root.GetValueOrDefault("images") as List<object> ?? [];
        return [.. list.Cast<Dictionary<object, object?>>().Select(item => item.ToDictionary(field => (string)field.Key, field => (string)field.Value!, StringComparer.Ordinal))];
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    [GeneratedRegex("&a[0-9]+ ", RegexOptions.NonBacktracking)]
    private static partial Regex Anchor();

    private sealed record Written(string Name, string? NewName, IReadOnlyList<string> Lines);
}
