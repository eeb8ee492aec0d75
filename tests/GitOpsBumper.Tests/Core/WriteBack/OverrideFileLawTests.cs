using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.Yaml;
using YamlDotNet.Serialization;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>What holds for every edit of every override file.</summary>
public sealed partial class OverrideFileLawTests
{
    private static readonly IDeserializer Deserializer = new DeserializerBuilder().Build();

    [Fact]
    public void A_parameter_is_set_once_and_read_back_by_others() => ForAll(3000, (random, file, shared) =>
    {
        var set = Set(random);
        if (Apply(file, set, [], shared) is not { } text)
            return;
        Assert.Equal(text, Apply(text, set, [], shared));
        var parameters = ReadElsewhere(text);
        Assert.All(set, parameter => Assert.Equal(parameter.Value, Assert.Single(parameters, found => found.Name == parameter.Name).Value));
        Assert.Equal(ReadElsewhere(file).Where(IsOther), parameters.Where(IsOther));
        bool IsOther((string Name, string Value) found) => set.All(parameter => parameter.Name != found.Name);
    });

    [Fact]
    public void An_edit_touches_only_its_own_bytes() => ForAll(3000, (random, file, shared) =>
    {
        var set = Set(random);
        if (Apply(file, set, [], shared) is not { } text)
            return;
        Assert.Equal(Comments(file), Comments(text));
        // At the end of a file without final line end, that of a block text is not its own.
        var open = !file.EndsWith('\n');
        Assert.Equal(OtherScalars(file, set, open), OtherScalars(text, set, open));
        var lines = new Queue<string>(LinesOfOthers(file, set));
        foreach (var line in Lines(text))
        {
            if (lines.TryPeek(out var next) && line == next)
                lines.Dequeue();
        }

        Assert.True(lines.Count == 0, $"not there any more, or not in its place: '{lines.FirstOrDefault()}'");
        Assert.Equal(file.StartsWith('\uFEFF'), text.StartsWith('\uFEFF'));
        Assert.True(!file.Contains("\r\n", StringComparison.Ordinal) || !LoneLineFeed().IsMatch(text), "a line feed among CRLF");
        Assert.True(file.Contains('\r', StringComparison.Ordinal) || !text.Contains('\r', StringComparison.Ordinal), "a carriage return among LF");
    });

    [Fact]
    public void What_was_carried_over_can_go_without_a_trace() => ForAll(3000, (random, file, shared) =>
    {
        var set = Set(random);
        var application = new[] { "app.one", "app.two", "image.tag" }.Select(name => new HelmParameter(name, Pick(random, OverrideFileGenerator.Values), random.Next(2) == 0)).ToList();
        if (Apply(file, set, application, shared) is not { } carried)
            return;
        Assert.Equal(carried, Apply(carried, set, application, shared));
        Assert.All(application, parameter => Assert.Contains(ReadElsewhere(carried), found => found.Name == parameter.Name));

        var changed = application.Select(parameter => parameter with { Value = Pick(random, OverrideFileGenerator.Values), ForceString = random.Next(2) == 0 }).ToList();
        var followed = Apply(carried, [], changed, shared)!;
        Assert.All(changed.Where(parameter => parameter.Name != "image.tag"), parameter => Assert.Contains((parameter.Name, parameter.Value), ReadElsewhere(followed)));

        var gone = Apply(followed, [], [], shared)!;
        Assert.Equal(Apply(file, set, [], shared)!.TrimEnd('\r', '\n'), gone.TrimEnd('\r', '\n'));
    });

    private static List<HelmParameter> Set(Random random) =>
    [
        .. OverrideFileGenerator.Names.OrderBy(_ => random.Next()).Take(random.Next(1, 3))
            .Select(name => new HelmParameter(name, Pick(random, [.. OverrideFileGenerator.Values, "1.21.0", "two\nlines", "\u0085\u2028"]), ForceString: random.Next(4) > 0)),
    ];

    /// <summary>Null where nothing may be written.</summary>
    private static string? Apply(string text, IReadOnlyList<HelmParameter> set, IReadOnlyList<HelmParameter> application, bool shared)
    {
        Assert.True(ArgoCdSourceFile.TryRead(text, out var file, out var problem), problem);
        if (file.TryApply(set, application, CarryParameters.All, mustShow: false, [], out var edit, out problem))
            return edit.Text;
        Assert.True((shared && problem.Contains("the anchor &", StringComparison.Ordinal))
            || (application.Count > 0 && problem.Contains("is written in braces or brackets", StringComparison.Ordinal)), problem);
        return null;
    }

    private static List<(string Name, string Value)> ReadElsewhere(string text)
    {
        var root = Deserializer.Deserialize<Dictionary<string, object?>?>(text.TrimStart('\uFEFF'));
        var helm = root?.GetValueOrDefault("helm") as Dictionary<object, object?>;
        var list = helm?.GetValueOrDefault("parameters") as List<object> ?? [];
        return [.. list.Cast<Dictionary<object, object?>>().Select(item => ((string)item["name"]!, item.GetValueOrDefault("value") as string ?? ""))];
    }

    private static IEnumerable<string> Comments(string text) => Comment().Matches(text).Select(match => match.Value);

    /// <summary>The text of every scalar that is no part of an entry that is set, nor of the list's place.</summary>
    private static List<string> OtherScalars(string text, List<HelmParameter> set, bool open)
    {
        var yaml = Parse(text);
        var found = new List<string>();
        Collect(yaml.Root);
        return found;

        void Collect(YamlNode? node)
        {
            if (node is null || IsSet(node, set))
                return;
            if (node is YamlNode.Scalar scalar && scalar.Value is not ("helm" or "parameters") && !scalar.IsNull)
                found.Add($"{text[scalar.Start..scalar.End]} means {(open ? scalar.Value.TrimEnd('\n') : scalar.Value)}.");
            foreach (var child in Children(node))
                Collect(child);
        }
    }

    /// <summary>The lines that hold no entry that is set, no flow collection around one, and no place where the list is to begin.</summary>
    private static IEnumerable<string> LinesOfOthers(string text, List<HelmParameter> set)
    {
        var yaml = Parse(text);
        var touched = new List<(int From, int To)>();
        var helm = (yaml.Root as YamlNode.Mapping)?.FindEntry("helm");
        var list = (helm?.Value as YamlNode.Mapping)?.FindEntry("parameters");
        foreach (var node in new[] { yaml.Root, helm?.Value, list?.Value })
        {
            if (node is YamlNode.Scalar or YamlNode.Mapping { IsFlow: true } or YamlNode.Sequence { IsFlow: true })
                touched.Add((node.Start, node.End));
        }

        touched.AddRange(((list?.Value as YamlNode.Sequence)?.Items ?? []).Where(item => IsSet(item, set)).Select(item => (item.Start, item.End)));
        var at = 0;
        var lines = Lines(text).ToList();
        foreach (var line in lines)
        {
            var end = at + line.Length;
            if (end < text.Length && touched.All(part => part.To < at || part.From >= end))
                yield return line;
            at = end;
        }
    }

    private static bool IsSet(YamlNode node, List<HelmParameter> set) =>
        node is YamlNode.Mapping mapping && mapping.Find("name") is YamlNode.Scalar { Value: var name } && set.Any(parameter => parameter.Name == name);

    private static IEnumerable<YamlNode> Children(YamlNode node) => node switch
    {
        YamlNode.Mapping mapping => mapping.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }),
        YamlNode.Sequence sequence => sequence.Items,
        _ => [],
    };

    private static IEnumerable<string> Lines(string text) => Line().Matches(text).Select(match => match.Value);

    private static YamlText Parse(string text)
    {
        Assert.True(YamlText.TryParse(text, out var yaml, out var problem), problem);
        return yaml;
    }

    private static void ForAll(int tests, Action<Random, string, bool> check) => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var generator = new OverrideFileGenerator(random);
            var file = generator.File();
            try
            {
                check(random, file, generator.HasShared);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{failure.Message}\nin the file\n{file}", failure);
            }
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    [GeneratedRegex("# c[0-9]+ [^\r\n]*", RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex("[^\n]*\n|[^\n]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Line();

    [GeneratedRegex("(?:^|[^\r])\n", RegexOptions.NonBacktracking)]
    private static partial Regex LoneLineFeed();
}
