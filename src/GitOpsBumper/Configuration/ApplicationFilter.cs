using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Configuration;

/// <summary>Which Applications a run looks at: name globs (any of them) and label requirements (all of them).</summary>
internal sealed class ApplicationFilter
{
    private readonly IReadOnlyList<GlobPattern> _names;
    private readonly IReadOnlyList<LabelRequirement> _labels;

    private ApplicationFilter(IReadOnlyList<GlobPattern> names, IReadOnlyList<LabelRequirement> labels)
    {
        _names = names;
        _labels = labels;
    }

    public static ApplicationFilter All { get; } = new([], []);

    /// <summary>The label requirements as an API server takes them; null when there are none.</summary>
    public string? Selector { get; private init; }

    /// <param name="globs">Matched against the name, and against namespace/name where they contain a slash.</param>
    /// <param name="selector">A Kubernetes label selector of equalities: <c>a=b</c>, <c>a==b</c>, <c>a!=b</c>, <c>a</c>, <c>!a</c>, comma separated. Null: none.</param>
    public static bool TryCreate(
        IReadOnlyList<string> globs, string? selector, [NotNullWhen(true)] out ApplicationFilter? filter, [NotNullWhen(false)] out string? problem)
    {
        filter = null;
        problem = null;
        var names = new List<GlobPattern>();
        foreach (var glob in globs)
        {
            if (!GlobPattern.TryParse(glob, out var pattern, out problem))
                return false;
            names.Add(pattern);
        }

        var labels = new List<LabelRequirement>();
        foreach (var text in (selector ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (LabelRequirement.Parse(text) is not { } requirement)
            {
                problem = $"label requirement '{text}' is not understood, allowed are key=value, key!=value, key and !key";
                return false;
            }

            labels.Add(requirement);
        }

        filter = new ApplicationFilter(names, labels) { Selector = labels.Count == 0 ? null : selector };
        return true;
    }

    public bool Accepts(ApplicationSnapshot application) =>
        (_names.Count == 0 || _names.Any(glob => glob.Matches(application.Name.Name) || glob.Matches(application.Name.ToString())))
        && _labels.All(label => label.Holds(application.Labels));

    /// <param name="Key">Of the label.</param>
    /// <param name="Value">Null: any value.</param>
    /// <param name="Negated">The label must not be there, or not with this value.</param>
    private sealed record LabelRequirement(string Key, string? Value, bool Negated)
    {
        public static LabelRequirement? Parse(string text)
        {
            var negated = text.Contains("!=", StringComparison.Ordinal) || text.StartsWith('!');
            var parts = text.TrimStart('!').Split(["!=", "==", "="], 2, StringSplitOptions.TrimEntries);
            return parts[0].Length == 0 || (text.StartsWith('!') && (parts.Length == 2 || text.StartsWith("!!", StringComparison.Ordinal))) || parts[0].Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '/'))
                ? null
                : new LabelRequirement(parts[0], parts.Length == 2 ? parts[1] : null, negated);
        }

        public bool Holds(IReadOnlyDictionary<string, string> labels) =>
            (labels.TryGetValue(Key, out var value) && (Value is null || Value == value)) != Negated;
    }
}
