using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Values;
using GitOpsBumper.Core.Yaml;
using YamlDotNet.Serialization;

namespace GitOpsBumper.Tests.Core.Yaml;

/// <summary>What holds for every text, YAML or not.</summary>
public sealed class YamlTextLawTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", "1", "0", ".", "-", "- ", ": ", ":", "\n", "\r\n", "\r", "  ", " ", "\t", "#", " # ", "'", "\"", "\\", "\\u00", "\\x", "&a ", "*a", "*", "!", "!!str ", "!<", "|", ">", "|+\n", ">-2\n",
        "|9\n", "{", "}", "[", "]", ",", "? ", "?", "%", "%YAML 1.2\n", "%TAG ! x\n", "---", "---\n", "...\n", "~", "null", "true", "yes", "0x1f", "1e3", "2024-01-01", "<<: ", "@", "`", "\0", "\u0007", "\u0085",
        "\u2028", "\u2029", "\uFEFF", "\uFFFE", "\uFFFF", "\u00A0", "ü", "日本", "😀", "\uD83D", "\uDE00", "helm:\n", "  parameters:\n", "  - name: x\n", "    value: y\n", "helm: ", "parameters: ", "name: ", "value: ",
    ];

    private static readonly string[] Paths = ["a", "b", "a.b", "a.a", "a.b.a", "b[0]", "a[0].b", "a.c.d", "helm.x", "helm.parameters[0].value", "a[0][1]", "name"];

    private static readonly IDeserializer Deserializer = new DeserializerBuilder().Build();

    [Fact]
    public void Reading_never_throws() => ForAll(5000, random =>
    {
        var text = Text(random, 30);
        Assert.True(YamlText.TryParse(text, out var yaml, out var problem) == (yaml is not null) && yaml is null == problem is { Length: > 0 });
        Assert.True(ArgoCdSourceFile.TryRead(text, out var file, out problem) == (file is not null) && file is null == problem is { Length: > 0 });
    });

    [Fact]
    public void Setting_a_value_never_throws_and_is_read_back() => ForAll(20_000, random =>
    {
        Assert.True(ValuePath.TryParse(Paths[random.Next(Paths.Length)], out var path, out var problem), problem);
        if (!ValuesFile.TryRead(Text(random, 14), out var file, out problem) || !file.TrySet(path, "v1", out var changed, out problem))
        {
            Assert.NotEmpty(problem);
            return;
        }

        Assert.True(changed.TryFind(path, out var value, out problem), problem);
        Assert.Equal("v1", value);
        Assert.True(changed.TrySet(path, "v1", out var again, out problem), problem);
        Assert.Same(changed, again);
    });

    [Fact]
    public void A_quoted_string_is_read_back_as_that_string() => ForAll(5000, random =>
    {
        var value = Text(random, 6);
        foreach (var form in Enum.GetValues<ScalarForm>())
        {
            var written = YamlQuoting.Write(value, form);
            Assert.DoesNotContain('\n', written);
            Assert.Equal(value, Deserializer.Deserialize<Dictionary<string, string>>($"key: {written} # comment\nnext: x\n")["key"]);
            Assert.True(YamlText.TryParse($"- key: {written}\n", out var yaml, out var problem), problem);
            var scalar = Assert.IsType<YamlNode.Scalar>(Assert.IsType<YamlNode.Mapping>(Assert.IsType<YamlNode.Sequence>(yaml.Root).Items[0]).Find("key"));
            Assert.Equal(value, scalar.Value);
            Assert.Equal(written, yaml.Text[scalar.Start..scalar.End]);
            Assert.False(scalar.IsNull);
        }
    });

    /// <summary>A tree of nodes within nodes: every node stands within its parent and behind its elder sibling, and says the same when it is read alone.</summary>
    [Fact]
    public void Nodes_stand_where_they_say() => ForAll(5000, random =>
    {
        if (YamlText.TryParse(Text(random, 20), out var yaml, out _) && yaml.Root is { } root)
            CheckPlaces(yaml.Text, root);
    });

    private static void CheckPlaces(string text, YamlNode node)
    {
        Assert.True(0 <= node.Start && node.Start <= node.End && node.End <= text.Length, $"{node.Start} to {node.End} in\n{text}");
        if (node is YamlNode.Scalar { Form: ScalarForm.DoubleQuoted or ScalarForm.SingleQuoted, IsTagged: false, Anchor: null } quoted)
            Assert.True(text[quoted.Start] is '"' or '\'' && text[quoted.End - 1] == text[quoted.Start], text);
        if (node is YamlNode.Alias alias)
            Assert.Equal($"*{alias.Name}", text[alias.Start..alias.End]);
        foreach (var child in node switch { YamlNode.Sequence sequence => sequence.Items, YamlNode.Mapping mapping => mapping.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }), _ => [] })
            CheckPlaces(text, child);
    }

    private static string Text(Random random, int most)
    {
        var text = new StringBuilder();
        for (var pieces = random.Next(most + 1); pieces > 0; pieces--)
            text.Append(Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }

    private static void ForAll(int tests, Action<Random> check) => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => check(new Random(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(tests));
}
