using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GitOpsBumper.Core.Messages;

/// <summary>
/// A template in the subset of Go's text/template that Image Updater's commit messages use: fields, variables, if, else, range, with,
/// pipelines, comments, trim markers and a few functions. Values are texts, whole numbers, truths, lists and maps.
/// </summary>
/// <seealso href="https://pkg.go.dev/text/template"/>
public sealed class GoTemplate
{
    /// <summary>Characters that a template may print.</summary>
    public const int MaxOutput = 64 * 1024;

    private const int MaxSteps = 100_000;
    private readonly string _text;
    private readonly IReadOnlyList<TemplateNode> _nodes;

    private GoTemplate(string text, IReadOnlyList<TemplateNode> nodes)
    {
        _text = text;
        _nodes = nodes;
    }

    /// <param name="text">Of the template.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence with line and column.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out GoTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            template = new GoTemplate(text, new TemplateParser(TemplateLexer.Read(text)).Parse());
            problem = null;
            return true;
        }
        catch (TemplateException failure)
        {
            template = null;
            problem = $"{Place(text, failure.Offset)}: {failure.Message}";
            return false;
        }
    }

    /// <param name="model">What the dot is at the beginning.</param>
    /// <param name="output">What the template prints.</param>
    /// <param name="problem">A sentence with line and column.</param>
    public bool TryRender(IReadOnlyDictionary<string, object?> model, [NotNullWhen(true)] out string? output, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            var run = new Run(model);
            run.Execute(_nodes, model, new TemplateScope(null));
            output = run.Output.ToString();
            problem = null;
            return true;
        }
        catch (TemplateException failure)
        {
            output = null;
            problem = $"{Place(_text, failure.Offset)}: {failure.Message}";
            return false;
        }
    }

    private static string Place(string text, int offset)
    {
        var before = text.AsSpan(0, Math.Min(offset, text.Length));
        return $"line {before.Count('\n') + 1}, column {before.Length - before.LastIndexOf('\n')}";
    }

    /// <summary>One rendering: the output, and how much is left of what is allowed.</summary>
    private sealed class Run(object root)
    {
        private int _steps;

        public StringBuilder Output { get; } = new();

        public void Execute(IReadOnlyList<TemplateNode> nodes, object? dot, TemplateScope scope)
        {
            foreach (var node in nodes)
                Execute(node, dot, scope);
        }

        private void Execute(TemplateNode node, object? dot, TemplateScope scope)
        {
            if (++_steps > MaxSteps)
                throw new TemplateException(0, $"the template takes more than {MaxSteps} steps");
            switch (node)
            {
                case TemplateNode.Text text:
                    Print(text.Value, 0);
                    break;
                case TemplateNode.Print print:
                    Print(TemplateFunctions.Show(Evaluate(print.Value, dot, scope)), print.Value.Offset);
                    break;
                case TemplateNode.Assign assign:
                    scope.Set(assign, Evaluate(assign.Value, dot, scope));
                    break;
                case TemplateNode.If branch:
                    var condition = Evaluate(branch.Condition, dot, scope);
                    Execute(TemplateFunctions.IsTrue(condition) ? branch.Then : branch.Else, dot, scope.Inner((branch.Name, condition)));
                    break;
                case TemplateNode.With with:
                    var value = Evaluate(with.Value, dot, scope);
                    Execute(TemplateFunctions.IsTrue(value) ? with.Then : with.Else, TemplateFunctions.IsTrue(value) ? value : dot, scope.Inner((with.Name, value)));
                    break;
                case TemplateNode.Range range:
                    Repeat(range, dot, scope);
                    break;
            }
        }

        private void Repeat(TemplateNode.Range range, object? dot, TemplateScope scope)
        {
            var entries = Evaluate(range.Value, dot, scope) switch
            {
                IReadOnlyDictionary<string, object?> map => map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => ((object?)entry.Key, entry.Value)).ToList(),
                IList list => [.. list.Cast<object?>().Select((item, index) => ((object?)(long)index, item))],
                null => [],
                var other => throw new TemplateException(range.Value.Offset, $"'range' takes a list or a map, not {TemplateFunctions.Show(other)}"),
            };
            foreach (var (index, item) in entries)
                Execute(range.Body, item, scope.Inner((range.IndexName, index), (range.ItemName, item)));

            if (entries.Count == 0)
                Execute(range.Else, dot, scope.Inner());
        }

        private object? Evaluate(Expression expression, object? dot, TemplateScope scope)
        {
            switch (expression)
            {
                case Expression.Literal literal:
                    return literal.Value;
                case Expression.Path path:
                    return path.Fields.Aggregate(path.Variable is { } name ? Variable(name, scope, path.Offset) : dot, (value, field) => Field(value, field, path.Offset));
                case Expression.Member member:
                    return member.Fields.Aggregate(Evaluate(member.Of, dot, scope), (value, field) => Field(value, field, member.Offset));
                case Expression.Call { Function: "and" or "or" } call:
                    object? last = call.Arguments.Count > 0 ? null : throw new TemplateException(call.Offset, $"'{call.Function}' takes at least 1 argument, not 0");
                    foreach (var argument in call.Arguments)
                    {
                        last = Evaluate(argument, dot, scope);
                        if (TemplateFunctions.IsTrue(last) == (call.Function == "or"))
                            return last;
                    }

                    return last;
                case Expression.Call call:
                    return TemplateFunctions.Call(call.Function, [.. call.Arguments.Select(argument => Evaluate(argument, dot, scope))], call.Offset);
                default:
                    throw new TemplateException(expression.Offset, "the expression is not understood");
            }
        }

        private object? Variable(string name, TemplateScope scope, int offset) =>
            name == "$" ? root : scope.TryGet(name, out var value) ? value : throw new TemplateException(offset, $"variable '{name}' is not declared");

        private static object? Field(object? value, string field, int offset)
        {
            if (value is not IReadOnlyDictionary<string, object?> map)
                throw new TemplateException(offset, $"'{TemplateFunctions.Show(value)}' has no field '{field}'");
            return map.TryGetValue(field, out var found) ? found : throw new TemplateException(offset, $"there is no field '{field}', allowed: {string.Join(", ", map.Keys.Order(StringComparer.Ordinal))}");
        }

        private void Print(string text, int offset)
        {
            if (Output.Length + text.Length > MaxOutput)
                throw new TemplateException(offset, $"the template prints more than {MaxOutput} characters");
            Output.Append(text);
        }
    }
}
