using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Overrides;
using YamlDotNet.Serialization;

namespace GitOpsBumper.Tests.Core.WriteBack.Overrides;

/// <summary>What holds for every override file of a Kustomize application.</summary>
public sealed class SourceFileLawTests
{
    private static readonly string[] Names = ["web", "nginx", "docker.io/library/nginx", "registry.example.com/team/web", "redis", "secret-store"];
    private static readonly IDeserializer Deserializer = new DeserializerBuilder().Build();

    [Fact]
    public void Images_are_set_once_and_entries_of_people_stay() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Check(new Random(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static void Check(Random random)
    {
        var lines = new List<string>();
        var text = Generate(random, lines);
        var application = Names.OrderBy(_ => random.Next()).Take(random.Next(4)).Select(name => Entry(random, name)).ToList();
        var update = new ImageWrite(WriteBackImage.Of(Pick(random, ["nginx", "registry.example.com/team/web"]), random.Next(3) == 0 ? "web" : null), WriteBackImage.Version(Pick(random, ["9.5.0", "9", $"9.5.0@{WriteBackImage.Digests[0]}"])));

        var written = Apply(text, [update], application);
        Assert.Equal(written, Apply(written, [update], application));
        Assert.Equal(written, Apply(written, [], application));
        var after = ReadElsewhere(written);
        var own = after.Select(KustomizeImage.Parse).Where(entry => entry.IsOf(update.Image)).ToList();
        Assert.NotEmpty(own);
        Assert.All(own, entry => Assert.Equal(update.Version, entry.Version));
        Assert.Equal(ReadElsewhere(text).Where(IsOther), after.Where(IsOther).Take(ReadElsewhere(text).Count(IsOther)));
        Assert.All(application, entry => Assert.Contains(after, found => KustomizeImage.Parse(found).Name == KustomizeImage.Parse(entry).Name));
        Assert.All(lines.Where(line => IsOther(Unquoted(line))), line => Assert.Contains(line, written.Split('\n').Select(found => found.TrimEnd('\r'))));

        // What was carried over goes with the Application; what became ours, or always was somebody else's, stays.
        var names = ReadElsewhere(text).Select(entry => KustomizeImage.Parse(entry).Name).ToHashSet(StringComparer.Ordinal);
        var gone = Apply(written, [], []);
        Assert.Equal(after.Where(entry => !IsOther(entry) || names.Contains(KustomizeImage.Parse(entry).Name)), ReadElsewhere(gone));
        Assert.DoesNotContain("carried over", gone, StringComparison.Ordinal);

        bool IsOther(string entry) => !KustomizeImage.Parse(entry).IsOf(update.Image);
    }

    private static string Generate(Random random, List<string> lines)
    {
        var indent = new string(' ', 2 + (random.Next(2) * 2));
        var text = new StringBuilder(Pick(random, ["", "# top\n", "helm:\n  parameters: []\n"]));
        text.Append("kustomize:\n");
        if (random.Next(2) == 0)
            text.Append("  namePrefix: 'a-' # c\n");
        var names = Names.OrderBy(_ => random.Next()).Take(random.Next(1, 5)).ToList();
        text.Append("  images:").Append(Pick(random, ["\n", " # all\n"]));
        foreach (var name in names)
        {
            var quote = Pick(random, ["", "'", "\""]);
            var line = $"{indent}- {quote}{Entry(random, name)}{quote}{Pick(random, ["", " # why"])}";
            lines.Add(line);
            text.Append(line).Append('\n');
        }

        if (random.Next(2) == 0)
            text.Append("  nameSuffix: x\n");
        return random.Next(4) == 0 ? text.ToString().Replace("\n", "\r\n", StringComparison.Ordinal) : text.ToString();
    }

    private static string Entry(Random random, string name) =>
        Pick(random, [$"{name}:1.0", $"{name}={name}:1.0", $"{name}=registry.example.com/x:2", $"{name}@{WriteBackImage.Digests[1]}", name]);

    private static string Unquoted(string line) => line.Split(" #")[0].TrimStart(' ', '-').Trim('\'', '"');

    private static string Apply(string text, IReadOnlyList<ImageWrite> set, IReadOnlyList<string> application)
    {
        Assert.True(KustomizeSourceFile.TryRead(text, out var file, out var problem), $"{problem}\n{text}");
        Assert.True(file.TryApply(set, application, CarryParameters.Safe, out var edit, out problem), $"{problem}\n{text}");
        return edit.Text;
    }

    /// <summary>By YamlDotNet's own deserializer, which shares nothing with the editor but the parser.</summary>
    private static List<string> ReadElsewhere(string text)
    {
        var root = Deserializer.Deserialize<Dictionary<string, Dictionary<object, object?>>>(text);
        return [.. (root["kustomize"]["images"] as List<object> ?? []).Cast<string>()];
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
