using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBumper.Tests.Core.Yaml;

public sealed class YamlQuotingTests
{
    [Theory]
    [InlineData("1.5.0", "1.5.0")]
    [InlineData("v1.20", "v1.20")]
    [InlineData("main-0a1b2c3", "main-0a1b2c3")]
    [InlineData("registry.example.com/team/web", "registry.example.com/team/web")]
    [InlineData("1.20", "\"1.20\"")]
    [InlineData("20260818", "\"20260818\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData("0x1F", "\"0x1F\"")]
    [InlineData("0123", "\"0123\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData("12:30:00", "\"12:30:00\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("Null", "\"Null\"")]
    [InlineData("~", "\"~\"")]
    [InlineData("", "\"\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("ends:", "\"ends:\"")]
    public void What_another_type_would_claim_is_quoted(string value, string written) => Assert.Equal(written, YamlQuoting.Write(value));

    [Fact]
    public void Whatever_is_written_is_read_back() => Prop
        .ForAll(ArbMap.Default.ArbFor<string>(), Gen.Elements(Enum.GetValues<ScalarForm>()).ToArbitrary(), (text, form) =>
        {
            // Lone surrogates are no text: neither side can hold them.
            if (text is null || text.Any(char.IsSurrogate) || text.Any(c => c is '\uFFFE' or '\uFFFF'))
                return true;
            var parser = new Parser(new StringReader($"key: {YamlQuoting.Write(text, form)}\n"));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            parser.Consume<MappingStart>();
            parser.Consume<Scalar>();
            return parser.Consume<Scalar>().Value == text;
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void No_text_brings_the_reader_down() => Prop
        .ForAll(ArbMap.Default.ArbFor<string>(), text => YamlText.TryParse(text ?? "", out _, out var problem) == (problem is null))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Nesting_and_aliases_are_bounded()
    {
        Assert.False(YamlText.TryParse(string.Concat(Enumerable.Repeat("[", 100)), out _, out _));
        Assert.False(YamlText.TryParse(string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100)), out _, out var problem));
        Assert.Contains("nested deeper", problem, StringComparison.Ordinal);
        Assert.True(YamlText.TryParse("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", out var yaml, out _));
        Assert.Equal(2, yaml.AliasedAnchors.Count);
    }
}
