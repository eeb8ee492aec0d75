using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.WriteBack.Markers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBumper.Tests.Core.WriteBack.Markers;

/// <summary>What holds for every file with marks.</summary>
public sealed class MarkedFileLawTests
{
    private static readonly string[] Values =
        ["1.4.2", "\"1.20\"", "'2'", "\"a # b\"", "'# {\"bumper\": \"web:tag\"}'", "a#b", "!!str v1", "\"\\u00e4 #\"", "[x, v2]", "{a: b, c: '#'}"];

    private static readonly string[] Others = ["# {\"bumper\": \"api:tag\"}", "# {\"bumper\": \"dev:web:tag\"}", "# c {\"bumper\": \"web:tag\"}", "# {x}", ""];

    [Fact]
    public void Only_the_bytes_of_marked_scalars_change() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Check(new Random(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void No_text_brings_the_reader_down() => Prop
        .ForAll(ArbMap.Default.ArbFor<string>(), text => MarkedFile.TryRead($"a: {text} # {{\"bumper\": \"web\"}}\n---\n{text}", out _, out var problem) == (problem is null))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static void Check(Random random)
    {
        var version = WriteBackImage.Version(Pick(random, ["1.5.0", "1.30", "on"]));
        var written = version.ToString() == "1.5.0" ? "1.5.0" : $"\"{version}\"";
        var (before, after, marked) = (new StringBuilder(), new StringBuilder(), 0);
        if (random.Next(5) == 0)
            Both("\uFEFF");
        for (var index = random.Next(1, 12); index > 0; index--)
        {
            switch (random.Next(5))
            {
                case 0:
                    Both(Pick(random, ["---\n", "--- # start\n", "# {\"other\": 1}\n", "\n"]));
                    break;
                case 1:
                    Both($"k{index}: |\n  text # {{\"bumper\": \"web:tag\"}}\n  # {{\"bumper\": \"web:wrong\"}}\n");
                    break;
                case 2:
                    Both($"k{index}: {Pick(random, Values)} {Pick(random, Others)}\n");
                    break;
                default:
                    Marked(index);
                    break;
            }
        }

        var lineEnd = Pick(random, ["\n", "\n", "\r\n"]);
        var (text, expected) = (before.ToString().Replace("\n", lineEnd, StringComparison.Ordinal), after.ToString().Replace("\n", lineEnd, StringComparison.Ordinal));
        Assert.True(MarkedFile.TryRead(text, out var file, out var problem), $"{problem}\n{text}");
        var image = WriteBackImage.Of("web");
        Assert.Equal(marked, file.MarksOf(image, "prod").Count);
        Assert.True(file.TrySet(image, "prod", version, out var changed, out problem), $"{problem}\n{text}");
        Assert.Equal(expected, changed.Text);
        Assert.True(changed.TrySet(image, "prod", version, out var again, out _));
        Assert.Equal(changed.Text, again.Text);
        Assert.Equal(Scalars(expected), Scalars(changed.Text));
        Assert.All(changed.MarksOf(image, "prod"), mark => Assert.Equal(version.ToString(), mark.Current));

        void Marked(int index)
        {
            var (old, quote) = Pick(random, new[] { ("v1", ""), ("1.4.2", ""), ("1.4.2", "'"), ("a # b", "\""), ("{x}", "'"), ("", "\"") });
            var (open, close) = Pick(random, new[] { ("", ""), ("", ""), ("[a, ", "]"), ("{a: b, c: ", " }"), ("&a ", ""), ("!!str ", "") });
            var behind = Pick(random, [" ", "   ", "\t"]) + Pick(random, ["# {\"bumper\": \"web:tag\"}", "#{\"bumper\":\"prod:web:tag\"}", "# {\"$imagepolicy\": \"x:web:tag\"}  "]);
            before.Append($"k{index}: {open}{quote}{old}{quote}{close}{behind}\n");
            after.Append($"k{index}: {open}{(quote.Length > 0 ? $"{quote}{version}{quote}" : written)}{close}{behind}\n");
            marked++;
        }

        void Both(string part)
        {
            before.Append(part);
            after.Append(part);
        }
    }

    /// <summary>As the parser alone reads them.</summary>
    private static List<string> Scalars(string text)
    {
        var parser = new Parser(new StringReader(text.TrimStart('\uFEFF')));
        var found = new List<string>();
        while (parser.MoveNext())
        {
            if (parser.Current is Scalar scalar)
                found.Add(scalar.Value);
        }

        return found;
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
