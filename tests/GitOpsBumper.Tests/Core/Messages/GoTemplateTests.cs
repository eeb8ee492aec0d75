using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Tests.Core.Messages;

public sealed class GoTemplateTests
{
    private static readonly Dictionary<string, object?> Model = new(StringComparer.Ordinal)
    {
        ["Name"] = "web",
        ["Empty"] = "",
        ["Count"] = 3L,
        ["None"] = new List<object?>(),
        ["Items"] = new List<object?> { Item("a", "1"), Item("b", "2") },
        ["Labels"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["team"] = "red", ["area"] = "x" },
    };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{.Name}} {{ .Name }}", "web web")]
    [InlineData("a {{- .Name -}} b", "awebb")]
    [InlineData("a\n{{- /* gone */ -}}\n b", "ab")]
    [InlineData("{{/* gone */}}x", "x")]
    [InlineData("{{range .Items}}{{.Image}}={{.Tag}};{{end}}", "a=1;b=2;")]
    [InlineData("{{range $i, $x := .Items}}{{$i}}{{$x.Image}}{{$.Name}} {{end}}", "0aweb 1bweb ")]
    [InlineData("{{range $x := .Items}}{{$x.Image}}{{end}}", "ab")]
    [InlineData("{{range .None}}x{{else}}nothing{{end}}", "nothing")]
    [InlineData("{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}", "area=x team=red ")]
    [InlineData("{{if .Empty}}a{{else if eq .Name \"web\"}}b{{else}}c{{end}}", "b")]
    [InlineData("{{if .Empty}}a{{else}}c{{end}}", "c")]
    [InlineData("{{if and .Name (gt .Count 2)}}yes{{end}}", "yes")]
    [InlineData("{{with .Name}}<{{.}}>{{end}}{{with .Empty}}x{{else}}none{{end}}", "<web>none")]
    [InlineData("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2")]
    [InlineData("{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1")]
    [InlineData("{{printf \"%s-%03d|%-5s|%5s|%.2s|%q|%v|%x|%%\" .Name .Count \"a\" \"b\" \"xyz\" \"q\" true \"hi\"}}", "web-003|a    |    b|xy|\"q\"|true|6869|%")]
    [InlineData("{{len .Items}}{{len .Name}}{{len .Labels}}", "232")]
    [InlineData("{{index .Labels \"team\"}}{{index .Labels \"none\"}}{{(index .Items 1).Image}}", "redb")]
    [InlineData("{{eq .Count 1 2 3}} {{ne .Name \"x\"}} {{lt 1 2}} {{le 2 2}} {{ge 1 2}} {{not .Empty}}", "true true true true false true")]
    [InlineData("{{or .Empty \"default\"}} {{and .Name .Empty}}|", "default |")]
    [InlineData("{{.Name | printf \"%s!\" | printf \"<%s>\"}}", "<web!>")]
    [InlineData("{{`raw \\n`}}{{\"tab\\tend\"}}", "raw \\ntab\tend")]
    [InlineData("{{print .Name 1}} {{println \"x\" 2}}", "web1 x 2\n")]
    [InlineData("{{.Items | len | printf \"%d\"}}", "2")]
    [InlineData("{{.None}}{{.Labels}}", "[]map[area:x team:red]")]
    public void A_template_prints_what_Go_would(string template, string expected)
    {
        Assert.True(GoTemplate.TryParse(template, out var parsed, out var problem), problem);
        Assert.True(parsed.TryRender(Model, out var output, out problem), problem);
        Assert.Equal(expected, output);
    }

    [Theory]
    [InlineData("a\n {{ upper .Name }}", "line 2, column 5: function 'upper' is not known, allowed: and, eq")]
    [InlineData("{{ .Name", "line 1, column 1: the action is not closed")]
    [InlineData("{{ if .Name }}", "'if' is not closed")]
    [InlineData("{{ end }}", "'end' has no if, range or with before it")]
    [InlineData("{{ template \"x\" }}", "'template' is not supported")]
    [InlineData("{{ \"x }}", "the string is not closed")]
    [InlineData("{{ \"\\q\" }}", "not understood in a string")]
    [InlineData("{{ .Name .Name }}", "is a value, not a function")]
    [InlineData("{{ .Name. }}", "is not the name of a field")]
    [InlineData("{{ 1.5 }}", "is not a whole number")]
    [InlineData("{{ /* }}", "not closed")]
    [InlineData("{{ ; }}", "';' is not understood")]
    public void A_template_that_is_wrong_is_named_with_its_place(string template, string part)
    {
        Assert.False(GoTemplate.TryParse(template, out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ .Nam }}", "there is no field 'Nam', allowed: Count, Empty, Items")]
    [InlineData("{{ .Name.First }}", "'web' has no field 'First'")]
    [InlineData("{{ $x }}", "variable '$x' is not declared")]
    [InlineData("{{ index .Items 5 }}", "index 5 is outside of a list of 2")]
    [InlineData("{{ printf \"%d\" .Name }}", "'%d' cannot show web")]
    [InlineData("{{ printf \"%s\" }}", "needs more than 0 values")]
    [InlineData("{{ printf \"x\" 1 }}", "uses 0 of 1 values")]
    [InlineData("{{ printf \"%999999s\" .Name }}", "more than 200")]
    [InlineData("{{ lt .Name 1 }}", "have no order")]
    [InlineData("{{ eq .Name 1 }}", "different kinds")]
    [InlineData("{{ range .Name }}x{{ end }}", "'range' takes a list or a map")]
    [InlineData("{{ not }}", "takes 1 arguments, not 0")]
    public void What_cannot_be_rendered_is_named(string template, string part)
    {
        Assert.True(GoTemplate.TryParse(template, out var parsed, out var problem), problem);
        Assert.False(parsed.TryRender(Model, out _, out problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_and_nesting_are_bounded()
    {
        var doubling = string.Concat(Enumerable.Repeat("{{range .Items}}", 20)) + "{{printf \"%200s\" .}}" + string.Concat(Enumerable.Repeat("{{end}}", 20));
        var model = new Dictionary<string, object?>(StringComparer.Ordinal);
        model["Items"] = new List<object?> { model, model };
        Assert.True(GoTemplate.TryParse("{{range .Items}}" + string.Concat(Enumerable.Repeat("{{range .Items}}", 18)) + "0123456789" + string.Concat(Enumerable.Repeat("{{end}}", 19)), out var parsed, out _));
        Assert.False(parsed.TryRender(model, out _, out var problem));
        Assert.Contains("more than", problem, StringComparison.Ordinal);
        Assert.True(GoTemplate.TryParse(doubling, out _, out _));
        Assert.False(GoTemplate.TryParse(string.Concat(Enumerable.Repeat("{{if true}}", 100)), out _, out problem));
        Assert.Contains("nested deeper", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_brings_the_parser_down() => Prop
        .ForAll(Gen.Elements("{{", "}}", " ", "-", ".", "$x", ":=", "|", "(", ")", "\"", "`", "if", "range", "end", "else", "with", "printf", "index", ".Items", ",", "1", "/*", "*/", "\n").ListOf().ToArbitrary(), parts =>
        {
            if (GoTemplate.TryParse(string.Concat(parts), out var parsed, out var problem))
                parsed.TryRender(Model, out _, out _);
            return parsed is not null != problem is not null;
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static Dictionary<string, object?> Item(string image, string tag) => new(StringComparer.Ordinal) { ["Image"] = image, ["Tag"] = tag };
}
