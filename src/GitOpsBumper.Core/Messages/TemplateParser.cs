using System.Globalization;

namespace GitOpsBumper.Core.Messages;

/// <summary>Parses the subset of Go's text/template that commit messages use.</summary>
/// <seealso href="https://pkg.go.dev/text/template#hdr-Actions"/>
internal sealed class TemplateParser(IReadOnlyList<TemplateToken> tokens)
{
    private const int MaxDepth = 32;
    private const int MaxPipes = 100;
    private static readonly string[] Unsupported = ["template", "define", "block", "break", "continue"];
    private int _at;
    private int _parentheses;

    private TemplateToken Current => tokens[_at];

    public IReadOnlyList<TemplateNode> Parse()
    {
        var nodes = Body(0, out var ended);
        return ended is null ? nodes : throw new TemplateException(ended.Offset, $"'{ended.Text}' has no if, range or with before it");
    }

    /// <param name="depth">Of nesting.</param>
    /// <param name="ended">The word <c>else</c> or <c>end</c> that ended the body; null at the end of the template. The parser stands behind it.</param>
    private List<TemplateNode> Body(int depth, out TemplateToken? ended)
    {
        if (depth > MaxDepth)
            throw new TemplateException(Current.Offset, $"nested deeper than {MaxDepth} levels");
        var nodes = new List<TemplateNode>();
        ended = null;
        while (Current.Kind != TokenKind.End)
        {
            if (Current.Kind == TokenKind.Text)
            {
                nodes.Add(new TemplateNode.Text(Next().Text));
                continue;
            }

            Expect(TokenKind.Open, "{{");
            if (Current is { Kind: TokenKind.Word, Text: "else" or "end" })
            {
                ended = Next();
                return nodes;
            }

            nodes.Add(Action(depth));
        }

        return nodes;
    }

    private TemplateNode Action(int depth)
    {
        var word = Current;
        if (word.Kind == TokenKind.Word && Unsupported.Contains(word.Text))
            throw new TemplateException(word.Offset, $"'{word.Text}' is not supported; allowed are if, else, range, with, end, variables and the functions {TemplateFunctions.Names}");
        if (word is { Kind: TokenKind.Word, Text: "if" or "with" or "range" })
        {
            Next();
            return Block(word, depth);
        }

        if (word.Kind == TokenKind.Variable && tokens[_at + 1] is { Kind: TokenKind.Sign, Text: ":=" or "=" } sign)
        {
            var name = VariableName();
            _at++;
            var assigned = new TemplateNode.Assign(name, Pipeline(), sign.Text == ":=", word.Offset);
            Expect(TokenKind.Close, "}}");
            return assigned;
        }

        var value = Pipeline();
        Expect(TokenKind.Close, "}}");
        return new TemplateNode.Print(value);
    }

    private TemplateNode Block(TemplateToken word, int depth)
    {
        string? index = null;
        string? item = null;
        if (Current.Kind == TokenKind.Variable && tokens[_at + 1] is { Kind: TokenKind.Sign, Text: "," or ":=" } sign && (sign.Text == ":=" || word.Text == "range"))
        {
            item = VariableName();
            if (Next().Text == ",")
            {
                index = item;
                item = Current.Kind == TokenKind.Variable ? VariableName() : throw new TemplateException(Current.Offset, "a variable is expected behind the comma");
                Expect(TokenKind.Sign, ":=");
            }
        }

        var value = Pipeline();
        Expect(TokenKind.Close, "}}");
        var then = Body(depth + 1, out var ended);
        List<TemplateNode> otherwise = [];
        if (ended?.Text == "else")
        {
            if (Current is { Kind: TokenKind.Word, Text: "if" or "with" } chained)
            {
                Next();
                // The chained block consumes the end that closes them both.
                otherwise = [Block(chained, depth + 1)];
                return Make(word.Text, index, item, value, then, otherwise);
            }

            Expect(TokenKind.Close, "}}");
            otherwise = Body(depth + 1, out ended);
        }

        if (ended?.Text != "end")
            throw new TemplateException(word.Offset, $"'{word.Text}' is not closed by {{{{end}}}}");
        Expect(TokenKind.Close, "}}");
        return Make(word.Text, index, item, value, then, otherwise);
    }

    private static TemplateNode Make(string word, string? index, string? item, Expression value, List<TemplateNode> then, List<TemplateNode> otherwise) => word switch
    {
        "if" => new TemplateNode.If(item, value, then, otherwise),
        "with" => new TemplateNode.With(item, value, then, otherwise),
        _ => new TemplateNode.Range(index, item, value, then, otherwise),
    };

    private Expression Pipeline()
    {
        var value = Command(null);
        for (var pipes = 1; Current is { Kind: TokenKind.Sign, Text: "|" }; pipes++)
        {
            if (pipes > MaxPipes)
                throw new TemplateException(Current.Offset, $"more than {MaxPipes} pipes in one action");
            Next();
            value = Command(value);
        }

        return value;
    }

    /// <param name="piped">What stands before the pipe: the last argument.</param>
    private Expression Command(Expression? piped)
    {
        var first = Current;
        if (first.Kind == TokenKind.Word && first.Text is not ("true" or "false" or "nil"))
        {
            Next();
            if (!TemplateFunctions.IsKnown(first.Text))
                throw new TemplateException(first.Offset, $"function '{first.Text}' is not known, allowed: {TemplateFunctions.Names}");
            var arguments = new List<Expression>();
            while (IsOperand())
                arguments.Add(Operand());
            if (piped is not null)
                arguments.Add(piped);
            return new Expression.Call(first.Text, arguments, first.Offset);
        }

        var value = Operand();
        return piped is null && !IsOperand() ? value : throw new TemplateException(first.Offset, $"'{first.Text}' is a value, not a function: it takes no arguments");
    }

    private bool IsOperand() => Current.Kind is TokenKind.Word or TokenKind.Field or TokenKind.Variable or TokenKind.String or TokenKind.Number || Current is { Kind: TokenKind.Sign, Text: "(" };

    private Expression Operand()
    {
        var token = Next();
        switch (token.Kind)
        {
            case TokenKind.String:
                return new Expression.Literal(token.Text, token.Offset);
            case TokenKind.Number:
                return long.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? new Expression.Literal(number, token.Offset)
                    : throw new TemplateException(token.Offset, $"'{token.Text}' is not a whole number");
            case TokenKind.Field:
                return new Expression.Path(null, Fields(token, token.Text), token.Offset);
            case TokenKind.Variable:
                var dot = token.Text.IndexOf('.', StringComparison.Ordinal);
                return new Expression.Path(dot < 0 ? token.Text : token.Text[..dot], dot < 0 ? [] : Fields(token, token.Text[dot..]), token.Offset);
            case TokenKind.Word when token.Text is "true" or "false":
                return new Expression.Literal(token.Text == "true", token.Offset);
            case TokenKind.Word when token.Text == "nil":
                return new Expression.Literal(null, token.Offset);
            case TokenKind.Word when TemplateFunctions.IsKnown(token.Text):
                return new Expression.Call(token.Text, [], token.Offset);
            case TokenKind.Sign when token.Text == "(":
                if (++_parentheses > MaxDepth)
                    throw new TemplateException(token.Offset, $"nested deeper than {MaxDepth} levels");
                var inner = Pipeline();
                _parentheses--;
                var closed = Current.Offset;
                Expect(TokenKind.Sign, ")");
                if (Current.Kind != TokenKind.Field || Current.Offset != closed + 1)
                    return inner;
                var member = Next();
                return new Expression.Member(inner, Fields(member, member.Text), member.Offset);
            default:
                throw new TemplateException(token.Offset, $"a value is expected, not '{token.Text}'");
        }
    }

    private static string[] Fields(TemplateToken token, string path)
    {
        if (path == ".")
            return [];
        var fields = path[1..].Split('.');
        return fields.All(field => field.Length > 0) ? fields : throw new TemplateException(token.Offset, $"'{token.Text}' is not the name of a field");
    }

    /// <summary>A variable to be declared or assigned: a name alone.</summary>
    private string VariableName()
    {
        var token = Next();
        return token.Text.Length > 1 && !token.Text.Contains('.', StringComparison.Ordinal)
            ? token.Text
            : throw new TemplateException(token.Offset, $"'{token.Text}' is not the name of a variable");
    }

    private TemplateToken Next() => tokens[_at < tokens.Count - 1 ? _at++ : _at];

    private void Expect(TokenKind kind, string text)
    {
        if (Current.Kind != kind || (kind == TokenKind.Sign && Current.Text != text))
            throw new TemplateException(Current.Offset, $"{text} is expected, not '{Current.Text}'");
        Next();
    }
}
