using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using YamlDotNet.Serialization;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>Laws of edits over generated files, in every style that people write.</summary>
public sealed class EditPropertyTests
{
    private static readonly string[] Values =
        ["1.2.3", "\"1.20\"", "'1.4'", "1.20", "true", "", "~", "'it''s'", "plain text", "\"\\u00e4\"", "ümlaut", "&anchor x", "!!str 7", "|\n{0}  block\n{0}  text", ">-\n{0}  folded"];

    private static readonly string[] CommentPool = ["", "", "", " # a comment", "   # say 'what': [it] {is}"];

    [Fact]
    public void An_edit_sets_its_value_touches_nothing_else_and_is_done_once() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Check(new Random(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static void Check(Random random)
    {
        var text = Generate(random);
        var value = Pick(random, ["2.0.0", "1.20", "main-0a1b2c3", "stable@sha256:0123", "yes", "a'b\"c", "007"]);
        HelmParameter[] set = [new("image.tag", value, true)];
        if (!ArgoCdSourceFile.TryRead(text, out var file, out var problem))
            Assert.Fail($"the generated file cannot be read: {problem}\n{text}");
        Assert.True(file.TryApply(set, [], CarryParameters.Safe, mustShow: false, [], out var edit, out problem), $"{problem}\n{text}");

        Assert.True(ArgoCdSourceFile.TryRead(edit.Text, out var after, out problem), $"{problem}\n{edit.Text}");
        Assert.True(after.TryApply(set, [], CarryParameters.Safe, mustShow: false, [], out var again, out _));
        Assert.Equal(edit.Text, again.Text);

        Assert.Equal(value, Read(edit.Text).Single(parameter => parameter["name"] == "image.tag")["value"]);
        Assert.Equal(Others(text), Others(edit.Text));
        CheckBytes(text, edit.Text);
    }

    /// <summary>What lies between the common beginning and the common end is the entry's own, and no more.</summary>
    private static void CheckBytes(string before, string after)
    {
        var old = before.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var edited = after.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var start = 0;
        while (start < old.Count && start < edited.Count && old[start] == edited[start])
            start++;
        var end = 0;
        while (end < old.Count - start && end < edited.Count - start && old[^(end + 1)] == edited[^(end + 1)])
            end++;
        var removed = old.Take(old.Count - end).Skip(start).ToList();
        var added = edited.Take(edited.Count - end).Skip(start).ToList();
        string[] foreign = ["p0", "p1", "p2", "p3", "p4", "valuesObject", "releaseName", "other", "#", "helm:", "parameters:"];
        Assert.True(removed.Count <= 6 && added.Count <= 4, $"{removed.Count} lines became {added.Count}:\n{before}\n->\n{after}");
        // A comment behind the value is on the changed line; it has to be there before and after.
        Assert.DoesNotContain(removed.Concat(added), line => foreign.Any(word => line.Contains(word, StringComparison.Ordinal)) && !(line.Contains(" #", StringComparison.Ordinal) && line.Contains("value:", StringComparison.Ordinal)));
        Assert.Equal(Comments(before), Comments(after));
    }

    private static string[] Comments(string text) => [.. text.Split('\n').Where(line => line.Contains(" #", StringComparison.Ordinal)).Select(line => line[line.LastIndexOf(" #", StringComparison.Ordinal)..].TrimEnd('\r', '"'))];

    private static string Generate(Random random)
    {
        var indent = new string(' ', random.Next(0, 4));
        var text = new StringBuilder(random.Next(4) == 0 ? "# top\n\n" : random.Next(6) == 0 ? "---\n" : "");
        if (random.Next(3) == 0)
            text.Append("other:\n  - a   # b\n  - {c: d}\n");
        text.Append($"helm:{Pick(random, CommentPool)}\n");
        if (random.Next(3) == 0)
            text.Append("  releaseName: 'web'\n");
        text.Append($"  parameters:{Pick(random, CommentPool)}\n");
        var entries = random.Next(1, 5);
        var own = random.Next(entries + 1);
        for (var index = 0; index < entries; index++)
            Entry(text, $"  {indent}", index == own ? "image.tag" : $"p{index}", random);
        if (random.Next(3) == 0)
            text.Append("  valuesObject:\n    x: [1, 2]   # kept\n");
        var result = text.ToString();
        // Without its line end a block text at the end of the file would mean something else; such a file is refused.
        if (random.Next(4) == 0 && !result.Contains(": |", StringComparison.Ordinal))
            result = result.TrimEnd('\n');
        if (random.Next(4) == 0)
            result = result.Replace("\n", "\r\n", StringComparison.Ordinal);
        return random.Next(5) == 0 ? "\uFEFF" + result : result;
    }

    private static void Entry(StringBuilder text, string indent, string name, Random random)
    {
        if (random.Next(5) == 0)
            text.Append('\n');
        if (random.Next(5) == 0)
            text.Append($"{indent}# about {(name == "image.tag" ? "the image" : name)}\n");
        if (random.Next(5) == 0)
        {
            text.Append($"{indent}- {{name: {name}, value: \"x\"}}{Pick(random, CommentPool)}\n");
            return;
        }

        var value = Pick(random, Values).Replace("{0}", indent + "    ", StringComparison.Ordinal).Replace("&anchor", $"&{name.Replace('.', '_')}", StringComparison.Ordinal);
        var comment = value.Contains('\n', StringComparison.Ordinal) ? "" : Pick(random, CommentPool);
        var quotedName = Pick(random, [name, $"\"{name}\"", $"'{name}'"]);
        text.Append(random.Next(3) == 0
            ? $"{indent}- value: {value}{comment}\n{indent}  name: {quotedName}\n"
            : $"{indent}- name: {quotedName}{Pick(random, CommentPool)}\n{indent}  value: {value}{comment}\n");
        if (random.Next(2) == 0)
            text.Append($"{indent}  forcestring: {Pick(random, ["true", "false"])}\n");
    }

    private static string[] Others(string text) =>
        [.. Read(text).Where(parameter => parameter["name"] != "image.tag").Select(parameter => $"{parameter["name"]}={parameter.GetValueOrDefault("value")}")];

    /// <summary>By YamlDotNet's own deserializer, which shares nothing with the editor but the parser.</summary>
    private static IList<Dictionary<string, string>> Read(string text)
    {
        var root = new DeserializerBuilder().IgnoreUnmatchedProperties().Build().Deserialize<Root>(text.TrimStart('\uFEFF'));
        return root.Helm.Parameters;
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public sealed class Root
    {
        [YamlMember(Alias = "helm")]
        public Helm Helm { get; set; } = new();
    }

    public sealed class Helm
    {
        [YamlMember(Alias = "parameters")]
        public IList<Dictionary<string, string>> Parameters { get; set; } = [];
    }
}
