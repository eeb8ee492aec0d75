using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Configuration;

/// <summary>Which Applications a run looks at: name globs (any of them) and label requirements (all of them).</summary>
internal sealed class ApplicationFilter
{
    private readonly IReadOnlyList<GlobPattern> _names;
    private readonly LabelSelector? _labels;

    private ApplicationFilter(IReadOnlyList<GlobPattern> names, LabelSelector? labels)
    {
        _names = names;
        _labels = labels;
    }

    public static ApplicationFilter All { get; } = new([], null);

    /// <summary>The label requirements as an API server takes them; null when there are none.</summary>
    public string? Selector => _labels?.Text;

    /// <param name="globs">Matched against the name, and against namespace/name where they contain a slash.</param>
    /// <param name="selector">A Kubernetes label selector; null: none.</param>
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

        if (!LabelSelector.TryParse(selector ?? "", out var labels, out problem))
            return false;
        filter = new ApplicationFilter(names, labels);
        return true;
    }

    /// <summary>These names, and the label requirements of another one.</summary>
    public ApplicationFilter WithSelectorOf(ApplicationFilter other) => new(_names, other._labels);

    public bool Accepts(ApplicationSnapshot application) =>
        (_names.Count == 0 || _names.Any(glob => glob.Matches(application.Name.Name) || glob.Matches(application.Name.ToString())))
        && _labels?.Matches(application.Labels) != false;
}
