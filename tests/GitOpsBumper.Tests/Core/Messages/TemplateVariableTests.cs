using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Tests.Core.Messages;

/// <summary>What Go's text/template says of variables, of formats and of what is too much.</summary>
public sealed class TemplateVariableTests
{
    private static readonly Dictionary<string, object?> Model = new(StringComparer.Ordinal)
    {
        ["Name"] = "web",
        ["Empty"] = "",
        ["Items"] = new List<object?> { "a", "b", "c" },
        ["Nested"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Deep"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Text"] = "x" } },
    };

    [Theory]
    [InlineData("{{$x := 1}}{{range .Items}}{{$x = .}}{{end}}{{$x}}", "c")]
    [InlineData("{{$x := 1}}{{if true}}{{with .Name}}{{$x = .}}{{end}}{{end}}{{$x}}", "web")]
    [InlineData("{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{$x}}{{end}}{{$x}}", "32")]
    [InlineData("{{$x := 1}}{{if true}}{{$x := 3}}{{$x = 4}}{{$x}}{{end}}{{$x}}", "41")]
    [InlineData("{{$first := true}}{{range .Items}}{{if not $first}}, {{end}}{{.}}{{$first = false}}{{end}}", "a, b, c")]
    [InlineData("{{range $i, $x := .Items}}{{if $i}}, {{end}}{{$x}}{{end}}", "a, b, c")]
    [InlineData("{{with $x := .Name}}{{$x}}{{.}}{{end}}", "webweb")]
    [InlineData("{{with $x := .Empty}}no{{else}}[{{$x}}]{{end}}", "[]")]
    [InlineData("{{if $n := len .Items}}{{$n}}{{else}}none{{end}}", "3")]
    [InlineData("{{with .Empty}}a{{else with .Name}}b{{.}}{{else}}c{{end}}", "bweb")]
    [InlineData("{{$m := .Nested}}{{$m.Deep.Text}}{{with .Nested.Deep}}{{.Text}}{{$.Name}}{{end}}", "xxweb")]
    [InlineData("{{range .Items}}{{range $.Items}}{{.}}{{end}};{{end}}", "abc;abc;abc;")]
    public void A_variable_belongs_to_the_block_that_declares_it(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{range .Items}}{{$y := .}}{{end}}{{$y}}", "variable '$y' is not declared")]
    [InlineData("{{if $n := 1}}{{end}}{{$n}}", "variable '$n' is not declared")]
    [InlineData("{{$y = 1}}", "variable '$y' is not declared")]
    public void Outside_of_it_there_is_none(string template, string part) => Assert.Contains(part, Refused(template), StringComparison.Ordinal);

    [Theory]
    [InlineData("{{$x.Field := 1}}", "'$x.Field' is not the name of a variable")]
    [InlineData("{{$ := 1}}", "'$' is not the name of a variable")]
    [InlineData("{{range $i, . := .Items}}{{end}}", "a variable is expected behind the comma")]
    [InlineData("{{with $i, $x := .Items}}{{end}}", "is expected")]
    public void A_name_is_a_name(string template, string part)
    {
        Assert.False(GoTemplate.TryParse(template, out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{print 1 2}}|{{print 1 \"a\" 2 3}}|{{print true false}}|{{print \"a\" \"b\"}}", "1 2|1a2 3|true false|ab")]
    [InlineData("{{printf \"%05d|%+d|% d|%-5d|%.3d|%x\" -3 3 3 3 5 -255}}", "-0003|+3| 3|3    |005|-ff")]
    [InlineData("{{printf \"%8.3d|%-8.3d|%08d|%+05d\" 7 7 7 7}}", "     007|007     |00000007|+0007")]
    [InlineData("{{printf \"%.1s|%3s|%-3s|%3v\" \"\U0001F680x\" \"\U0001F680\" \"\U0001F680\" true}}", "\U0001F680|  \U0001F680|\U0001F680  |true")]
    [InlineData("{{printf \"%q %.2q %6q\" \"a\\tb\\n\" \"xyz\" \"a\"}}", "\"a\\tb\\n\" \"xy\"    \"a\"")]
    [InlineData("{{printf \"%.0s%.s%d%%\" \"gone\" \"gone\" 1}}", "1%")]
    [InlineData("{{printf \"%d\" -9223372036854775808}}", "-9223372036854775808")]
    public void Formats_are_those_of_Go(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{and}}", "'and' takes at least 1 argument, not 0")]
    [InlineData("{{or}}", "'or' takes at least 1 argument, not 0")]
    [InlineData("{{printf \"%.999999999999s\" .Name}}", "no more than 200")]
    [InlineData("{{printf \"%5-s\" .Name}}", "have to be numbers")]
    [InlineData("{{printf \"%\"}}", "ends in the middle of a verb")]
    [InlineData("line\n  {{and .Name (index .Items 3)}}", "line 2, column 16: index 3 is outside of a list of 3")]
    public void What_Go_refuses_is_refused(string template, string part) => Assert.Contains(part, Refused(template), StringComparison.Ordinal);

    [Theory]
    [InlineData("{{or .Name (index .Items 9)}}{{and .Empty (index .Items 9)}}", "web")]
    public void What_is_not_needed_is_not_worked_out(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{$x = print $x $x}}")]
    [InlineData("{{$x = printf \"%s%s\" $x $x}}")]
    [InlineData("{{$x = println $x $x}}")]
    public void A_text_that_doubles_is_stopped(string doubling) => Assert.Contains(
        $"more than {GoTemplate.MaxOutput} characters", Refused("{{$x := \"aa\"}}" + string.Concat(Enumerable.Repeat(doubling, 60))), StringComparison.Ordinal);

    [Fact]
    public void A_template_ends_though_its_ranges_multiply()
    {
        var many = string.Concat(Enumerable.Repeat("{{range $.Items}}", 25)) + string.Concat(Enumerable.Repeat("{{end}}", 25));
        Assert.Contains("more than 100000 steps", Refused(many), StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_parentheses_nor_pipes_exhaust_the_stack()
    {
        Assert.False(GoTemplate.TryParse("{{" + new string('(', 200_000) + "}}", out _, out var problem));
        Assert.Contains("nested deeper", problem, StringComparison.Ordinal);
        Assert.False(GoTemplate.TryParse("{{1" + string.Concat(Enumerable.Repeat("|print", 100_000)) + "}}", out _, out problem));
        Assert.Contains("more than 100 pipes", problem, StringComparison.Ordinal);
        Assert.Equal("1", Render("{{" + new string('(', 30) + "1" + new string(')', 30) + "}}"));
        Assert.Equal("11", Render("{{(1)}}{{(print (1))}}"));
    }

    private static string Render(string template)
    {
        Assert.True(GoTemplate.TryParse(template, out var parsed, out var problem), problem);
        Assert.True(parsed.TryRender(Model, out var output, out problem), problem);
        return output;
    }

    private static string Refused(string template)
    {
        Assert.True(GoTemplate.TryParse(template, out var parsed, out var problem), problem);
        Assert.False(parsed.TryRender(Model, out _, out problem));
        return problem;
    }
}
