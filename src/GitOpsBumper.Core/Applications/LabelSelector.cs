using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Applications;

/// <summary>Requirements of labels, all of which have to hold: <c>a</c>, <c>!a</c>, <c>a=b</c>, <c>a==b</c>, <c>a!=b</c>, <c>a in (b,c)</c>, <c>a notin (b,c)</c>.</summary>
/// <seealso href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"/>
public sealed partial class LabelSelector
{
    private readonly IReadOnlyList<Requirement> _requirements;

    private LabelSelector(string text, IReadOnlyList<Requirement> requirements) => (Text, _requirements) = (text, requirements);

    /// <summary>As an API server takes it.</summary>
    public string Text { get; }

    /// <param name="text">Comma separated.</param>
    /// <param name="value">Null where the text asks for nothing.</param>
    /// <param name="problem">Null, or which requirement is wrong and what is allowed.</param>
    /// <returns>False with a problem.</returns>
    public static bool TryParse(string text, out LabelSelector? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var requirements = new List<Requirement>();
        foreach (var part in Split(text))
        {
            if (Requirement.Parse(part) is not { } requirement)
            {
                problem = $"label requirement '{part}' is not understood, allowed are key=value, key!=value, key in (a,b), key notin (a,b), key and !key";
                return false;
            }

            requirements.Add(requirement);
        }

        if (requirements.Count > 0)
            value = new LabelSelector(text.Trim(), requirements);
        return true;
    }

    /// <param name="required">As the API has them, each with a key, an operator and its values.</param>
    /// <param name="value">Null where nothing is asked for.</param>
    /// <param name="problem">Null, or what is wrong, and what is allowed.</param>
    /// <returns>False with a problem.</returns>
    public static bool TryCombine(IEnumerable<LabelRequirement> required, out LabelSelector? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var requirements = new List<Requirement>();
        foreach (var (key, operation, values) in required)
        {
            var isSet = operation is "In" or "NotIn";
            if (!isSet && operation is not ("Exists" or "DoesNotExist"))
                problem = $"operator '{Shortened.Text(operation)}' of label '{Shortened.Text(key)}' is not known; allowed are In, NotIn, Exists and DoesNotExist";
            else if (isSet != values.Count > 0)
                problem = isSet ? $"operator {operation} of label '{Shortened.Text(key)}' needs values" : $"operator {operation} of label '{Shortened.Text(key)}' takes no values";
            else if (Requirement.Parse(key) is not { Values: null, Negated: false })
                problem = $"'{Shortened.Text(key)}' is not the key of a label: letters, digits, '-', '_' and '.', with a domain and '/' before it where there is one";
            else if (values.FirstOrDefault(text => !ValueShape().IsMatch(text)) is { } bad)
                problem = $"'{Shortened.Text(bad)}' is not the value of a label: at most 63 letters, digits, '-', '_' and '.'";
            if (problem is not null)
                return false;
            requirements.Add(new Requirement(key, isSet ? values : null, operation is "NotIn" or "DoesNotExist"));
        }

        if (requirements.Count > 0)
            value = new LabelSelector(string.Join(',', requirements.Select(requirement => requirement.ToText())), requirements);
        return true;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => _requirements.All(requirement => requirement.Holds(labels));

    /// <summary>At commas outside of parentheses.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && (depth > 0 || text[at] != ','))
            {
                depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
                continue;
            }

            var part = text[start..at].Trim();
            start = at + 1;
            if (part.Length > 0)
                yield return part;
        }
    }

    [GeneratedRegex(@"\A(?<not>!)?\s*(?<key>(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?)\s*(?:(?<operator>!=|==?)\s*(?<value>[^\s()]*)|\s(?<set>in|notin)\s*\((?<values>[^()]*)\))?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex ValueShape();

    /// <param name="Key">Of the label.</param>
    /// <param name="Values">Null: any value.</param>
    /// <param name="Negated">The label must not be there, or not with one of the values.</param>
    private sealed record Requirement(string Key, IReadOnlyList<string>? Values, bool Negated)
    {
        public static Requirement? Parse(string text)
        {
            if (Shape().Match(text) is not { Success: true } match)
                return null;
            var exists = match.Groups["not"].Success;
            if (match.Groups["set"] is { Success: true, Value: var set })
                return exists ? null : Of(match, set == "notin", [.. match.Groups["values"].Value.Split(',').Select(value => value.Trim())]);
            if (match.Groups["operator"] is { Success: true, Value: var word })
                return exists ? null : Of(match, word == "!=", [match.Groups["value"].Value]);
            return new Requirement(match.Groups["key"].Value, null, exists);
        }

        public bool Holds(IReadOnlyDictionary<string, string> labels) =>
            (labels.TryGetValue(Key, out var value) && Values?.Contains(value) != false) != Negated;

        public string ToText() => Values is null ? $"{(Negated ? "!" : "")}{Key}" : $"{Key} {(Negated ? "notin" : "in")} ({string.Join(',', Values)})";

        private static Requirement? Of(Match match, bool negated, IReadOnlyList<string> values) =>
            values.All(value => ValueShape().IsMatch(value)) ? new Requirement(match.Groups["key"].Value, values, negated) : null;
    }
}

/// <summary>As <c>matchExpressions</c> have it.</summary>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</param>
public sealed record LabelRequirement(string Key, string Operator, IReadOnlyList<string> Values);
