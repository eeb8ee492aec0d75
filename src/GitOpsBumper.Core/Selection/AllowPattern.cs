using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using GitOpsBumper.Core.Selection.Re2;

namespace GitOpsBumper.Core.Selection;

/// <summary>
/// The value of <c>allow-tags</c>: <c>any</c>, or <c>regexp:</c> and an RE2 expression that is to match somewhere in the tag. It runs in linear time; what .NET could only run by
/// backtracking is refused.
/// </summary>
/// <seealso href="https://github.com/google/re2/wiki/Syntax"/>
public sealed class AllowPattern
{
    /// <summary>Of the expression, in characters.</summary>
    public const int MaxLength = 1024;

    private const string ExpressionPrefix = "regexp:";

    /// <summary>More than anybody has; beyond it expressions are made anew each time.</summary>
    private const int MaxKnown = 1000;

    // A thousand applications share a handful of expressions, and what an expression has learnt while matching makes it faster.
    private static readonly ConcurrentDictionary<string, AllowPattern> Known = new(StringComparer.Ordinal);

    private readonly Regex? _expression;
    private readonly bool _withoutExpression;

    private AllowPattern(string text, Regex? expression, IReadOnlyList<string?> groups, bool withoutExpression)
    {
        Text = text;
        Groups = groups;
        _expression = expression;
        _withoutExpression = withoutExpression;
    }

    /// <summary>Matches every tag.</summary>
    public static AllowPattern Any { get; } = new("any", null, [], withoutExpression: true);

    /// <summary>Matches no tag: what an invalid value stands for, so that a typing error never lets everything in.</summary>
    public static AllowPattern Nothing { get; } = new("nothing", null, [], withoutExpression: false);

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Whether there are groups that could be extracted from.</summary>
    public bool IsExpression => _expression is not null;

    /// <summary>Names of the capturing groups by number; the first, the whole match, and groups without name are null.</summary>
    internal IReadOnlyList<string?> Groups { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out AllowPattern? value, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (Known.TryGetValue(text, out value))
            return true;
        if (text.Equals(Any.Text, StringComparison.OrdinalIgnoreCase))
        {
            value = Any;
            return true;
        }

        if (!text.StartsWith(ExpressionPrefix, StringComparison.OrdinalIgnoreCase))
        {
            problem = $"'{Shortened.Text(text)}' is neither 'any' nor 'regexp:' followed by a regular expression (RE2)";
            return false;
        }

        var expression = text[ExpressionPrefix.Length..];
        if (expression.Length > MaxLength)
        {
            problem = $"regular expression '{expression[..40]}...' has {expression.Length} characters, at most {MaxLength} are allowed";
            return false;
        }

        if (!Re2Translator.TryTranslate(expression, out var translation, out problem))
            return false;
        try
        {
            var regex = new Regex(translation.Expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            value = new AllowPattern(text, regex, translation.Groups, withoutExpression: false);
            if (Known.Count < MaxKnown)
                Known.TryAdd(text, value);
            return true;
        }
        catch (NotSupportedException)
        {
            problem = $"regular expression '{Shortened.Text(expression)}' is too large to run in linear time; smaller repetition counts are allowed";
        }
        catch (ArgumentException)
        {
            problem = $"regular expression '{Shortened.Text(expression)}' cannot be run; allowed is the syntax of RE2";
        }

        return false;
    }

    public bool Matches(string tag) => _expression?.IsMatch(tag) ?? _withoutExpression;

    /// <summary>
    /// The replacement with <c>$name</c>, <c>${name}</c> and <c>$1</c> filled from the first match, as Go's <c>Regexp.Expand</c> does it; null when the tag does not match.
    /// </summary>
    public string? Extract(string tag, string replacement) => Extract(tag, new ReplacementTemplate(replacement));

    public override string ToString() => Text;

    internal string? Extract(string tag, ReplacementTemplate template)
    {
        if (_expression is null)
            return _withoutExpression ? template.Expand(_ => null, Groups, tag) : null;
        var match = _expression.Match(tag);
        return match.Success ? template.Expand(number => match.Groups[number], Groups, match.Value) : null;
    }
}
