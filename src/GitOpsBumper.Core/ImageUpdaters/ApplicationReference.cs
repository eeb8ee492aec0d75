using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.ImageUpdaters;

/// <summary>One item of <c>spec.applicationRefs</c>: which Applications it selects, and what it says for them.</summary>
/// <param name="Field">Its path: <c>spec.applicationRefs[0]</c>.</param>
/// <param name="NamePattern">Of the names of Applications.</param>
public sealed record ApplicationReference(string Field, GlobPattern NamePattern)
{
    private const int ExactName = 1_000_000;
    private const int AnyLabels = 10_000;
    private const int EachLabel = 100;

    /// <summary>Null: labels make no difference.</summary>
    public LabelSelector? Labels { get; init; }

    /// <summary>How many requirements of labels it has; null when it has no <c>labelSelectors</c> at all.</summary>
    public int? LabelCount { get; init; }

    /// <summary>Whether the Application's own annotations count, and nothing of the resource but this selection.</summary>
    public bool UsesAnnotations { get; init; }

    public SettingsLevel Level { get; init; } = SettingsLevel.Empty;

    public IReadOnlyList<ReferencedImage> Images { get; init; } = [];

    /// <summary>
    /// Of the references that select an Application the one with the highest number counts. The numbers are those of Image Updater: a name without wildcards
    /// before everything else, then labels and how many of them, then the characters of the name.
    /// </summary>
    public int Specificity => (NamePattern.Text.AsSpan().IndexOfAny("*?[]") < 0 ? ExactName : 0)
        + Literals(NamePattern.Text)
        + (LabelCount is { } count ? AnyLabels + (count * EachLabel) : 0);

    public bool Selects(ApplicationSnapshot application) => NamePattern.Matches(application.Name.Name) && Labels?.Matches(application.Labels) != false;

    /// <summary>Characters that stand for themselves, without those in brackets.</summary>
    private static int Literals(string pattern)
    {
        var count = 0;
        for (var at = 0; at < pattern.Length; at++)
        {
            var end = pattern[at] == '[' ? pattern.IndexOf(']', at) : -1;
            if (end > 0)
                at = end;
            else if (pattern[at] is not ('*' or '?'))
                count++;
        }

        return count;
    }
}

/// <param name="Alias">As the resource has it.</param>
/// <param name="Name">The image, with a constraint behind a colon.</param>
/// <param name="Field">Its path: <c>spec.applicationRefs[0].images[1]</c>.</param>
public sealed record ReferencedImage(string Alias, string Name, string Field)
{
    public SettingsLevel Level { get; init; } = SettingsLevel.Empty;
}
