using System.Globalization;
using System.Text;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>Override files as people could write them. Every comment has a number, so that none can get lost unseen.</summary>
internal sealed class OverrideFileGenerator(Random random)
{
    public static readonly string[] Names = ["image.tag", "image.name", "sidecar.tag", "ünïcode", "odd, name", "list[0].tag"];
    public static readonly string[] Values = ["1.20.0", "latest", "1.30", "007", "true", "null", "it's", "a \"b\" \\ c", "", "ü 😀", "a: b", "x # y", "- d", "*a", "{x}", "2024-01-01", " led", "tab\tbed"];
    private static readonly string[] Remarks = ["", "a - b", "x: y", "- name: z", "'", "\"", "é 日本 😀", "--- [{", "# #"];
    private static readonly string[] BlockEnds = ["lines # no comment", " kept", " a", " b"];
    private readonly List<string> _anchors = [];
    private int _number;

    /// <summary>Some parameter, or what is around it, has an anchor that is referred to: to refuse an edit is allowed then.</summary>
    public bool HasShared => _anchors.Count > 0;

    public string File()
    {
        var text = new StringBuilder();
        Gap(text, 0);
        var hasMarker = Chance(4);
        if (hasMarker)
            text.Append("---").Append(Trail()).Append('\n');
        if (Chance(12))
            text.Append(FlowFile()).Append(Trail()).Append('\n');
        else
            BlockFile(text);
        Gap(text, 0);
        if (hasMarker && Chance(4))
            text.Append("...\n");
        var file = text.ToString();
        var open = file.TrimEnd('\n');
        // The last line end of such a text is part of its value.
        if (Chance(5) && !Array.Exists(BlockEnds, end => open.EndsWith(end, StringComparison.Ordinal)))
            file = open;
        if (Chance(3))
            file = file.Replace("\n", "\r\n", StringComparison.Ordinal);
        return Chance(5) ? "\uFEFF" + file : file;
    }

    private void BlockFile(StringBuilder text)
    {
        for (var others = random.Next(3); others > 0; others--)
            Other(text, 0);
        if (!Chance(6))
            Helm(text);
        for (var others = random.Next(3); others > 0; others--)
            Other(text, 0);
        if (_anchors.Count > 0)
            text.Append("aliases: [").AppendJoin(", ", _anchors.Select(anchor => "*" + anchor)).Append("]\n");
    }

    private void Helm(StringBuilder text)
    {
        text.Append(Pick("helm", "helm", "\"helm\"", "'helm'", "helm ")).Append(':');
        switch (random.Next(8))
        {
            case 0:
                text.Append(Pick("", " ~", " null", " {}", "   { }")).Append(Trail()).Append('\n');
                break;
            case 1:
                text.Append(' ').Append(FlowHelm()).Append(Trail()).Append('\n');
                break;
            default:
                text.Append(Trail()).Append('\n');
                var indent = random.Next(1, 6);
                Other(text, indent);
                Gap(text, indent);
                if (!Chance(6))
                    Parameters(text, indent);
                if (Chance(2))
                    Other(text, indent);
                break;
        }
    }

    private void Parameters(StringBuilder text, int indent)
    {
        text.Append(Spaces(indent)).Append(Pick("parameters", "parameters", "'parameters'", "parameters ")).Append(':');
        switch (random.Next(8))
        {
            case 0:
                text.Append(Pick("", " ~", " []", "  [  ]", " [\n" + Spaces(indent + 1) + "]")).Append(Trail()).Append('\n');
                break;
            case 1:
                text.Append(' ').Append(FlowList(indent + 2)).Append(Trail()).Append('\n');
                break;
            default:
                if (Chance(15))
                    text.Append(" &").Append(Anchor(shared: Chance(2)));
                text.Append(Trail()).Append('\n');
                var dash = indent + random.Next(4);
                foreach (var name in SomeNames())
                {
                    Gap(text, dash);
                    if (Chance(5))
                        text.Append(Spaces(dash)).Append("- ").Append(FlowItem(name, dash + 2)).Append(Trail()).Append('\n');
                    else
                        Item(text, dash, name);
                }

                break;
        }
    }

    private void Item(StringBuilder text, int dash, string name)
    {
        var indent = dash + random.Next(2, 5);
        var fields = new List<string> { "name" };
        if (!Chance(8))
            fields.Insert(random.Next(fields.Count + 1), "value");
        if (Chance(2))
            fields.Insert(random.Next(fields.Count + 1), Pick("forcestring", "forceString", "extra"));
        text.Append(Spaces(dash)).Append('-');
        var anchored = Chance(12);
        if (anchored)
            text.Append(" &").Append(Anchor(shared: Chance(2)));
        var sameLine = !anchored && !Chance(6);
        if (!sameLine)
            text.Append(Trail()).Append('\n');
        foreach (var field in fields)
        {
            if (!sameLine)
                Gap(text, indent);
            text.Append(Spaces(sameLine ? indent - dash - 1 : indent)).Append(Chance(8) ? $"\"{field}\"" : field).Append(Pick(":", ":", " :"));
            sameLine = false;
            var value = field switch { "name" => " " + Quoted(name), "value" => Value(indent), "extra" => " [a, {b: c}]", _ => Pick(" true", " false", " \"true\"", "") };
            text.Append(value).Append(value.Contains('|', StringComparison.Ordinal) ? "" : Trail()).Append('\n');
        }
    }

    private string Value(int indent)
    {
        var deeper = "\n" + Spaces(indent + random.Next(3, 6));
        return random.Next(12) switch
        {
            0 => "",
            1 => " |-" + deeper + "1.20.0",
            2 => " |" + deeper + "two" + deeper + "lines # no comment",
            3 => " |+" + deeper + "kept\n\n",
            4 => deeper + Quoted(Pick(Values)),
            5 => " \"folded" + deeper + "text\"",
            6 => " &" + Anchor(shared: Chance(2)) + " " + Quoted(Pick(Values)),
            7 => " !!str " + Quoted(Pick(Values)),
            _ => Spaces(random.Next(1, 4)) + Quoted(Pick(Values)),
        };
    }

    private void Other(StringBuilder text, int indent)
    {
        Gap(text, indent);
        var key = "other" + (_number++).ToString(CultureInfo.InvariantCulture);
        var deeper = Spaces(indent + 2);
        text.Append(Spaces(indent)).Append(key).Append(':').Append(random.Next(8) switch
        {
            0 => Trail(),
            1 => $" |\n{deeper}a\n\n{deeper}# text\n{deeper}b",
            2 => $" |+\n{deeper}a\n\n",
            3 => $" >-\n{deeper}folded\n{deeper}text\n",
            4 => $"{Trail()}\n{Spaces(indent)}- a{Trail()}\n{Spaces(indent)}- - b\n{Spaces(indent)}  - name: image.tag\n{Spaces(indent)}    value: 1",
            5 => $" {{parameters: [{{name: image.tag, value: x}}], helm: {{}}}}{Trail()}",
            6 => $"{Trail()}\n{deeper}parameters:{Trail()}\n{deeper}- name: image.tag\n{deeper}  value:",
            _ => $" {Quoted(Pick(Values))}{Trail()}",
        }).Append('\n');
    }

    private string FlowFile() => Pick(
        "{}", "{ \"helm\": {} }", $"{{helm: {FlowHelm()}}}", $"{{helm: {FlowHelm()}, other: [x, 'y']}}", "{other: x, helm: ~}", "{other: {helm: x},\n  helm: null,\n}");

    private string FlowHelm() => Pick("{releaseName: 'x', }", "{parameters: []}", $"{{parameters: {FlowList(8)}}}", $"{{\"parameters\": {FlowList(8)}, values: \"# }}\"}}");

    private string FlowList(int indent) =>
        $"[{Break(indent)}{string.Join($",{Break(indent)}", SomeNames().Select(name => FlowItem(name, indent)))}{Pick("", " ", ",")}{Break(indent)}]";

    private string FlowItem(string name, int indent)
    {
        var written = YamlQuoting.Write(name, Pick(ScalarForm.SingleQuoted, ScalarForm.DoubleQuoted));
        var value = YamlQuoting.Write(Pick(Values), Pick(ScalarForm.SingleQuoted, ScalarForm.DoubleQuoted));
        return Pick(
            $"{{name: {written}, value: {value}}}", $"{{ \"name\": {written},{Break(indent)}\"value\": {value}, forcestring: true }}", $"{{value: {value}, name: {written}, }}", $"{{name: {written}}}", $"{{value: 1.20.0, name: {written}}}");
    }

    /// <summary>A list of at least one name; a list in brackets with none is another case.</summary>
    private List<string> SomeNames() => [.. Names.Append("other").Where(name => name == "other" || Chance(3)).OrderBy(_ => random.Next())];

    private string Quoted(string value) => YamlQuoting.Write(value, Pick(ScalarForm.Plain, ScalarForm.Plain, ScalarForm.SingleQuoted, ScalarForm.DoubleQuoted));

    private string Anchor(bool shared)
    {
        var anchor = "a-" + (_number++).ToString(CultureInfo.InvariantCulture);
        if (shared)
            _anchors.Add(anchor);
        return anchor;
    }

    private void Gap(StringBuilder text, int indent)
    {
        while (Chance(4))
            text.Append(Chance(2) ? Spaces(random.Next(3)) : Spaces(Pick(indent, indent, indent + 2)) + Comment()).Append('\n');
    }

    private string Trail() => Chance(4) ? Spaces(random.Next(1, 4)) + Comment() : Chance(10) ? "  " : "";

    private string Comment() => $"# c{(_number++).ToString(CultureInfo.InvariantCulture)} {Pick(Remarks)}";

    private string Break(int indent) => random.Next(6) switch { 0 => "\n" + Spaces(indent), 1 => $" {Comment()}\n{Spaces(indent)}", 2 => "", _ => " " };

    private static string Spaces(int count) => new(' ', count);

    private bool Chance(int of) => random.Next(of) == 0;

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];
}
