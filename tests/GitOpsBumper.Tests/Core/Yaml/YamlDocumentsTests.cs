using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Tests.Core.Yaml;

public sealed class YamlDocumentsTests
{
    [Fact]
    public void Every_document_has_its_own_root_and_anchors()
    {
        const string Text = "\uFEFF# head\na: &x 1\nb: *x\n--- # two\n---\r\n- c\n...\n--- {d: &x {e: 2}, f: *x }\n";
        Assert.True(YamlText.TryParseAll(Text, out var documents, out var problem), problem);
        Assert.Equal(4, documents.Count);
        Assert.All(documents, document => Assert.Equal(Text, document.Text));
        Assert.Equal("1", Assert.IsType<YamlNode.Alias>(Assert.IsType<YamlNode.Mapping>(documents[0].Root).Find("b")).Target?.Value);
        Assert.Null(documents[1].Root);
        Assert.Equal("- c", Text[documents[2].Root!.Start..documents[2].Root!.End]);
        Assert.Equal("{d: &x {e: 2}, f: *x }", Text[documents[3].Root!.Start..documents[3].Root!.End]);
        Assert.IsType<YamlNode.Mapping>(Assert.IsType<YamlNode.Alias>(Assert.IsType<YamlNode.Mapping>(documents[3].Root).Find("f")).Definition);
        Assert.Equal(["x"], documents[0].AliasedAnchors);
        Assert.Empty(documents[2].AliasedAnchors);
        Assert.Equal(Text.IndexOf("--- # two", StringComparison.Ordinal), documents[0].ContentEnd);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    public void A_text_that_says_nothing_has_no_document(string text)
    {
        Assert.True(YamlText.TryParseAll(text, out var documents, out _));
        Assert.Empty(documents);
    }

    [Fact]
    public void Anchors_do_not_reach_into_the_next_document()
    {
        Assert.False(YamlText.TryParseAll("a: &x 1\n---\nb: *x\n", out var documents, out var problem));
        Assert.Null(documents);
        Assert.Equal("line 3 has the alias *x, but no anchor of that name stands before it", problem);
    }

    [Fact]
    public void A_key_may_stand_twice_where_nobody_looks_for_it()
    {
        Assert.True(YamlText.TryParseAll("a: 1\na: 2\n", out var documents, out _));
        Assert.Equal(2, Assert.IsType<YamlNode.Mapping>(Assert.Single(documents).Root).Entries.Count);
        Assert.False(YamlText.TryParse("a: 1\na: 2\n", out _, out var problem));
        Assert.Equal("line 2 has the key 'a' a second time", problem);
    }

    [Fact]
    public void A_single_document_is_still_asked_for_as_such()
    {
        Assert.False(YamlText.TryParse("a: 1\n---\nb: 2\n", out _, out var problem));
        Assert.Equal("line 2 begins a second document, one is allowed", problem);
    }

    [Fact]
    public void An_alias_stands_for_the_latest_anchor_of_its_name()
    {
        Assert.True(YamlText.TryParse("a: &x\n  b: &x 1\n  c: *x\nd: *x\ne: &x [2]\nf: *x\ng: &y [*y ]\n", out var yaml, out var problem), problem);
        var root = Assert.IsType<YamlNode.Mapping>(yaml.Root);
        Assert.Equal("1", Assert.IsType<YamlNode.Alias>(root.Find("d")).Target?.Value);
        Assert.Same(root.Find("e"), Assert.IsType<YamlNode.Alias>(root.Find("f")).Definition);
        Assert.Null(Assert.IsType<YamlNode.Alias>(Assert.IsType<YamlNode.Sequence>(root.Find("g")).Items[0]).Definition);
    }

    [Fact]
    public void Documents_are_bounded()
    {
        Assert.False(YamlText.TryParseAll(string.Concat(Enumerable.Repeat("--- 1\n", YamlText.MaxDocuments + 1)), out _, out var problem));
        Assert.Equal("the text has more than 10000 documents", problem);
    }
}
