using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>Where the content of a node stands behind its anchor and tag.</summary>
/// <param name="Anchors">Written before it, with <c>&amp;</c>; empty for none.</param>
/// <param name="HasOtherTag">It has a tag that does not say that it is a string.</param>
/// <param name="Start">Of the content; behind anchor and tag where there is none.</param>
/// <param name="End">Of the content.</param>
internal sealed record ValuesContent(string Anchors, bool HasOtherTag, int Start, int End)
{
    public bool IsEmpty => Start == End;

    public static ValuesContent Of(string text, YamlNode node)
    {
        var at = node.Start;
        var behind = node.Start;
        var anchors = "";
        var hasOtherTag = false;
        while (at < node.End)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '#' && at > node.Start)
            {
                at += YamlEditor.RestOfLine(text, at).Length;
            }
            else if (text[at] is '&' or '!')
            {
                var token = Token(text, at, node.End);
                if (token[0] == '&')
                    anchors += token + " ";
                else
                    hasOtherTag |= token is not ("!" or "!!str" or "!<tag:yaml.org,2002:str>");
                at += token.Length;
                behind = at;
            }
            else
            {
                return new ValuesContent(anchors, hasOtherTag, at, node.End);
            }
        }

        return new ValuesContent(anchors, hasOtherTag, behind, behind);
    }

    private static string Token(string text, int start, int end)
    {
        var at = start;
        while (at < end && !char.IsWhiteSpace(text[at]) && (text[at] is not (',' or ']' or '}' or '{' or '[') || text[start..at] is ['!', '<', ..]))
            at++;
        return text[start..Math.Max(at, start + 1)];
    }
}
