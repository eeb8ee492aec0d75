using System.Text;

namespace GitOpsBumper.Core.Messages;

/// <summary>Splits a template into texts and the tokens of its actions; trim markers and comments are gone afterwards.</summary>
/// <seealso href="https://pkg.go.dev/text/template#hdr-Text_and_spaces"/>
internal static class TemplateLexer
{
    public static IReadOnlyList<TemplateToken> Read(string text)
    {
        var tokens = new List<TemplateToken>();
        var at = 0;
        var trimNext = false;
        while (at < text.Length)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            var plain = open < 0 ? text[at..] : text[at..open];
            if (trimNext)
                plain = plain.TrimStart(' ', '\t', '\r', '\n');
            trimNext = false;
            var inside = open + 2;
            if (open >= 0 && inside + 1 < text.Length && text[inside] == '-' && char.IsWhiteSpace(text[inside + 1]))
            {
                plain = plain.TrimEnd(' ', '\t', '\r', '\n');
                inside++;
            }

            if (plain.Length > 0)
                tokens.Add(new TemplateToken(TokenKind.Text, plain, at));
            if (open < 0)
                break;
            at = ReadAction(text, open, inside, tokens, out trimNext);
        }

        tokens.Add(new TemplateToken(TokenKind.End, "", text.Length));
        return tokens;
    }

    private static int ReadAction(string text, int open, int at, List<TemplateToken> tokens, out bool trim)
    {
        var first = at;
        while (first < text.Length && char.IsWhiteSpace(text[first]))
            first++;
        if (text.AsSpan(first).StartsWith("/*"))
        {
            var end = text.IndexOf("*/", first, StringComparison.Ordinal);
            if (end < 0)
                throw new TemplateException(open, "the comment is not closed by */");
            return Close(text, end + 2, out trim) ?? throw new TemplateException(open, "the comment is not closed by }}");
        }

        tokens.Add(new TemplateToken(TokenKind.Open, "{{", open));
        while (true)
        {
            if (Close(text, at, out trim) is { } closed)
            {
                tokens.Add(new TemplateToken(TokenKind.Close, "}}", at));
                return closed;
            }

            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at >= text.Length)
                throw new TemplateException(open, "the action is not closed by }}");
            if (Close(text, at, out _) is null)
                at = ReadToken(text, at, tokens);
        }
    }

    /// <summary>Behind the closing braces; null when they are not here.</summary>
    private static int? Close(string text, int at, out bool trim)
    {
        trim = false;
        var behindBlanks = at;
        while (behindBlanks < text.Length && char.IsWhiteSpace(text[behindBlanks]))
            behindBlanks++;
        if (behindBlanks > at && text.AsSpan(behindBlanks).StartsWith("-}}"))
        {
            trim = true;
            return behindBlanks + 3;
        }

        return text.AsSpan(behindBlanks).StartsWith("}}") ? behindBlanks + 2 : null;
    }

    private static int ReadToken(string text, int at, List<TemplateToken> tokens)
    {
        var start = at;
        var c = text[at];
        if (c is '"' or '`')
            return ReadString(text, at, tokens);
        if (text.AsSpan(at).StartsWith(":="))
        {
            tokens.Add(new TemplateToken(TokenKind.Sign, ":=", at));
            return at + 2;
        }

        if (c is '|' or '(' or ')' or ',' or '=')
        {
            tokens.Add(new TemplateToken(TokenKind.Sign, c.ToString(), at));
            return at + 1;
        }

        var kind = c switch
        {
            '.' => TokenKind.Field,
            '$' => TokenKind.Variable,
            _ when char.IsAsciiDigit(c) || c is '-' or '+' => TokenKind.Number,
            _ when char.IsLetter(c) || c == '_' => TokenKind.Word,
            _ => throw new TemplateException(at, $"'{c}' is not understood"),
        };
        at++;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_' || (text[at] == '.' && kind != TokenKind.Word)))
            at++;
        tokens.Add(new TemplateToken(kind, text[start..at], start));
        return at;
    }

    private static int ReadString(string text, int at, List<TemplateToken> tokens)
    {
        var start = at;
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote && (quote == '`' || text[at] != '\n'))
        {
            if (quote == '"' && text[at] == '\\' && at + 1 < text.Length)
            {
                value.Append(text[++at] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '"' or '\\' or '\'' => text[at],
                    var other => throw new TemplateException(at, $"'\\{other}' is not understood in a string, allowed are \\n \\t \\r \\\" and \\\\"),
                });
                at++;
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        if (at >= text.Length || text[at] != quote)
            throw new TemplateException(start, "the string is not closed");
        tokens.Add(new TemplateToken(TokenKind.String, value.ToString(), start));
        return at + 1;
    }
}
