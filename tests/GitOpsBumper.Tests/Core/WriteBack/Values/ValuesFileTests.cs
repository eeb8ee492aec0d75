using System.Text;
using GitOpsBumper.Core.WriteBack.Values;

namespace GitOpsBumper.Tests.Core.WriteBack.Values;

public sealed class ValuesFileTests
{
    private const string Merged = "a: &a {tag: one, name: two}\nb: &b\n  <<: *a\n  name: three\nc:\n  <<: [{level: four}, *b, {name: five, port: 8080}]\nd: *b\ne: &e [*a, x]\nf: *e\nempty:\n";

    [Theory]
    [InlineData("b.tag", "one")]
    [InlineData("b.name", "three")]
    [InlineData("c.tag", "one")]
    [InlineData("c.name", "three")]
    [InlineData("c.level", "four")]
    [InlineData("c.port", "8080")]
    [InlineData("d.tag", "one")]
    [InlineData("f[0].tag", "one")]
    [InlineData("f[1]", "x")]
    [InlineData("empty", null)]
    [InlineData("empty.tag", null)]
    [InlineData("none.of.this", null)]
    [InlineData("c.none", null)]
    public void Reading_looks_through_aliases_and_merge_keys(string path, string? expected)
    {
        Assert.True(Read(Merged).TryFind(Path(path), out var value, out var problem), problem);
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("f[2]", "line 9: 'f' is a list that has 2 items, allowed are the indexes 0 to 1, 'f[2]' is none of them")]
    [InlineData("f.tag", "line 9: 'f' is a list, 'f.tag' needs a mapping; an item is named by its index, such as 'f[0]'")]
    [InlineData("c[0]", "line 5: 'c' is a mapping, 'c[0]' needs a list")]
    [InlineData("d", "line 7: 'd' is a mapping, it has to be a text")]
    [InlineData("d.tag.x", "line 1: 'd.tag' is a text, 'd.tag.x' needs a mapping")]
    [InlineData("none[0].tag", "has no list 'none', of which 'none[0].tag' names an item")]
    public void What_a_path_cannot_go_through_is_told_with_its_line(string path, string expected)
    {
        Assert.False(Read(Merged).TryFind(Path(path), out var value, out var problem));
        Assert.Null(value);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.False(Read(Merged).TrySet(Path(path), "x", out var changed, out var same));
        Assert.Null(changed);
        Assert.Equal(problem, same);
    }

    [Fact]
    public void No_problem_repeats_a_value()
    {
        var file = Read("password: hunter2\nlist: [hunter2]\nwords: &w hunter2\nmap: {<<: hunter2}\n");
        foreach (var path in new[] { "password.x", "list.x", "list[1]", "list[0].x", "words[0]", "map.x" })
        {
            Assert.False(file.TrySet(Path(path), "hunter3", out _, out var problem));
            Assert.DoesNotContain("hunter", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Aliases_of_aliases_end()
    {
        var bomb = new StringBuilder("a0: &a0 {x: y}\n");
        for (var level = 1; level <= 60; level++)
            bomb.Append($"a{level}: &a{level} {{<<: [*a{level - 1}, *a{level - 1}, *a{level - 1}], k: [*a{level - 1}, *a{level - 1}]}}\n");
        bomb.Append("web: *a60\n");
        var file = Read(bomb.ToString());
        Assert.True(file.TryFind(Path("web.x"), out var value, out _));
        Assert.Equal("y", value);
        Assert.False(file.TryFind(Path("web.none"), out _, out var problem));
        Assert.Contains("from more than 10000 mappings", problem, StringComparison.Ordinal);
        Assert.True(file.TrySet(Path("a0.x"), "z", out var changed, out problem), problem);
        Assert.Equal(bomb.ToString().Replace("{x: y}", "{x: z}", StringComparison.Ordinal), changed.Text);
    }

    [Fact]
    public void A_long_chain_of_merges_ends()
    {
        var chain = new StringBuilder("a0: &a0 {x: y}\n");
        for (var level = 1; level <= 5000; level++)
            chain.Append($"a{level}: &a{level} {{<<: *a{level - 1}}}\n");
        Assert.False(Read(chain.ToString()).TryFind(Path("a5000.x"), out _, out var problem));
        Assert.Contains("more than 64 mappings that do so themselves", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_with_dots_that_lead_nowhere_end()
    {
        // Every split of the path leads into the same mapping again, up to its last key.
        var text = new StringBuilder("r: &m0 {x: y}\n");
        for (var level = 1; level < 30; level++)
            text.Append($"r{level}: &m{level} {{a: *m{level - 1}, a.a: *m{level - 1}, a.a.a: *m{level - 1}}}\n");
        Assert.False(Read(text.ToString()).TryFind(Path($"r29.{string.Join('.', Enumerable.Repeat("a", 29))}.none"), out _, out var problem));
        Assert.Contains("leads through more than 10000 of its mappings", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_megabyte_changes_in_one_place()
    {
        var text = new StringBuilder("# generated\r\n");
        for (var number = 0; text.Length < 1_100_000; number++)
            text.Append($"service{number}:\r\n  image: {{repository: \"registry.example.com/team/service{number}\", tag: \"1.0.{number}\"}} # service {number}\r\n  text: |\r\n    {new string('x', 400)}\r\n");
        var before = text.ToString();
        Assert.True(Read(before).TrySet(Path("service1200.image.tag"), "2.0.0", out var changed, out var problem), problem);
        Assert.Equal(before.Replace("\"1.0.1200\"", "\"2.0.0\"", StringComparison.Ordinal), changed.Text);
        Assert.True(changed.TrySet(Path("service7.image.digest"), "abc", out changed, out problem), problem);
        Assert.Contains("tag: \"1.0.7\", digest: abc} # service 7\r\n", changed.Text, StringComparison.Ordinal);
        Assert.Equal(before.Length + 10, changed.Text.Length);
    }

    [Fact]
    public void Setting_what_is_there_gives_the_same_file()
    {
        var file = Read("tag: 1.20 # float\n");
        Assert.True(file.TrySet(Path("tag"), "1.20", out var changed, out _));
        Assert.Same(file, changed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_file_says_nothing(string? text)
    {
        var file = Read(text);
        Assert.Equal("", file.Text);
        Assert.True(file.TryFind(Path("image.tag"), out var value, out _));
        Assert.Null(value);
    }

    [Fact]
    public void What_is_no_YAML_is_told_with_its_place()
    {
        Assert.False(ValuesFile.TryRead("a: \"x\nb: 1\n", out var file, out var problem));
        Assert.Null(file);
        Assert.StartsWith("line ", problem, StringComparison.Ordinal);
    }

    private static ValuesFile Read(string? text) => ValuesFile.TryRead(text, out var file, out var problem) ? file : throw new InvalidOperationException(problem);

    private static ValuePath Path(string text) => ValuePath.TryParse(text, out var path, out var problem) ? path : throw new InvalidOperationException(problem);
}
