using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.WriteBack.Values;
using GitOpsBumper.Core.Yaml;
using YamlDotNet.Serialization;

namespace GitOpsBumper.Tests.Core.WriteBack.Values;

/// <summary>What holds for every edit of every file; the files are those of the override files' laws.</summary>
public sealed partial class ValuesFileLawTests
{
    private static readonly string[] Values = [.. OverrideFileGenerator.Values, "1.21.0", "two\nlines", "\u0085\u2028", "r.example:5000/a:1", "a,b", "}", "y"];
    private static readonly IDeserializer Deserializer = new DeserializerBuilder().Build();

    [Fact]
    public void Setting_a_scalar_changes_its_own_bytes_alone() => ForAll(3000, (random, text) =>
    {
        var file = Read(text);
        var places = Places(text).Where(place => place.Node is not (YamlNode.Mapping or YamlNode.Sequence)).ToList();
        if (places.Count == 0)
            return;
        var (path, node) = places[random.Next(places.Count)];
        if (node is YamlNode.Alias { Target: null })
            return;
        var value = Values[random.Next(Values.Length)];
        Assert.True(file.TrySet(path, value, out var changed, out var problem), problem);
        Assert.StartsWith(text[..node.Start], changed.Text, StringComparison.Ordinal);
        // A blank behind a colon becomes the one before the value.
        Assert.EndsWith(node is YamlNode.Scalar { IsEmpty: true } ? text[node.End..].TrimStart(' ') : text[node.End..], changed.Text, StringComparison.Ordinal);
        foreach (var (other, there) in places)
        {
            var follows = there == node || (there is YamlNode.Alias alias && node.Anchor is { } anchor && alias.Name == anchor);
            Assert.Equal(follows ? value : ValueOf(there), Find(changed, other));
        }

        Assert.True(changed.TrySet(path, value, out var again, out _));
        Assert.Equal(changed.Text, again.Text);
        Assert.Equal(value, Elsewhere(changed.Text, path));
    });

    [Fact]
    public void Adding_keys_leaves_all_that_is_there() => ForAll(3000, (random, text) =>
    {
        var file = Read(text);
        var places = Places(text);
        var containers = places.Where(place => place.Node is YamlNode.Mapping or YamlNode.Scalar { IsNull: true }).Select(place => place.Path.Text).Append("").ToList();
        var container = containers[random.Next(containers.Count)];
        var value = Values[random.Next(Values.Length)];
        var path = Parse($"{container}{(container.Length == 0 ? "" : ".")}{(random.Next(2) == 0 ? "added" : "some.added.tag")}");
        if (!file.TrySet(path, value, out var changed, out var problem))
        {
            Assert.Contains("would change too", problem, StringComparison.Ordinal);
            Assert.True(EndsWithinBlockText(text), $"refused without need: {problem}");
            return;
        }

        Assert.Equal(value, Elsewhere(changed.Text, path));
        Assert.All(places.Where(place => place.Node is YamlNode.Scalar { IsNull: false }), place => Assert.Equal(ValueOf(place.Node), Find(changed, place.Path)));
        Assert.Equal(Comment().Matches(text).Select(match => match.Value), Comment().Matches(changed.Text).Select(match => match.Value));
        Assert.True(changed.TrySet(path, value, out var again, out _));
        Assert.Equal(changed.Text, again.Text);
        Assert.Equal(text.StartsWith('\uFEFF'), changed.Text.StartsWith('\uFEFF'));
        Assert.True(!text.Contains("\r\n", StringComparison.Ordinal) || !LoneLineFeed().IsMatch(changed.Text), "a line feed among CRLF");
        Assert.True(text.Contains('\r', StringComparison.Ordinal) || !changed.Text.Contains('\r', StringComparison.Ordinal), "a carriage return among LF");
    });

    private static bool EndsWithinBlockText(string text) =>
        !text.EndsWith('\n') && Places(text).MaxBy(place => place.Node.Start).Node is YamlNode.Scalar { Form: ScalarForm.Block };

    private static ValuesFile Read(string text) => ValuesFile.TryRead(text, out var file, out var problem) ? file : throw new InvalidOperationException(problem);

    private static ValuePath Parse(string text) => ValuePath.TryParse(text, out var path, out var problem) ? path : throw new InvalidOperationException(problem);

    private static string? Find(ValuesFile file, ValuePath path) => file.TryFind(path, out var value, out var problem) ? value : throw new InvalidOperationException(problem);

    private static string? ValueOf(YamlNode node)
    {
        var scalar = node as YamlNode.Scalar ?? (node as YamlNode.Alias)?.Target;
        return scalar is null or { IsNull: true } ? null : scalar.Value;
    }

    /// <summary>Every node below the root that is a value and that a path can name, aliases of collections left out.</summary>
    private static List<(ValuePath Path, YamlNode Node)> Places(string text)
    {
        Assert.True(YamlText.TryParse(text, out var yaml, out var problem), problem);
        var found = new List<(ValuePath, YamlNode)>();
        Collect("", yaml.Root);
        return found;

        void Collect(string path, YamlNode? node)
        {
            if (path.Length > 0 && node is not YamlNode.Alias { Target: null })
                found.Add((Parse(path), node!));
            if (node is YamlNode.Mapping mapping)
            {
                foreach (var entry in mapping.Entries)
                    Collect($"{path}{(path.Length == 0 ? "" : ".")}{((YamlNode.Scalar)entry.Key).Value}", entry.Value);
            }

            for (var index = 0; node is YamlNode.Sequence sequence && index < sequence.Items.Count; index++)
                Collect($"{path}[{index}]", sequence.Items[index]);
        }
    }

    /// <summary>What another reader finds at a path whose keys hold no dots.</summary>
    private static string? Elsewhere(string text, ValuePath path)
    {
        var node = Deserializer.Deserialize<object?>(text.TrimStart('\uFEFF'));
        foreach (var step in path.Text.Replace("[", ".[", StringComparison.Ordinal).Split('.'))
            node = step[0] == '[' ? ((List<object?>)node!)[int.Parse(step[1..^1])] : ((Dictionary<object, object?>)node!)[step];
        return (string?)node;
    }

    private static void ForAll(int tests, Action<Random, string> check) => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var file = new OverrideFileGenerator(random).File();
            try
            {
                check(random, file);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{failure.Message}\nin the file\n{file}", failure);
            }
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    [GeneratedRegex("# c[0-9]+ [^\r\n]*", RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex("(?:^|[^\r])\n", RegexOptions.NonBacktracking)]
    private static partial Regex LoneLineFeed();
}
