namespace GitOpsBumper.Core.Applications;

/// <summary>A time in which a project allows or denies Argo CD to deploy certain Applications, as the project says it; whether it can be understood is another matter.</summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/"/>
public sealed record SyncWindow
{
    public const string Deny = "deny";

    public const string Allow = "allow";

    public string Kind { get; init; } = "";

    /// <summary>Of cron: when it begins.</summary>
    public string Schedule { get; init; } = "";

    /// <summary>As Go writes it.</summary>
    public string Duration { get; init; } = "";

    /// <summary>Of <see cref="Schedule"/>; empty: UTC.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Globs of names.</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];

    /// <summary>Globs of namespaces that are deployed to.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Globs of names or URLs of clusters that are deployed to.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>Whether all lists that are given have to match; else one is enough.</summary>
    public bool UsesAndOperator { get; init; }

    /// <summary>What could not even be read of it; null: it is all there. Nobody knows then which Applications it means.</summary>
    public string? Problem { get; init; }

    /// <summary>Without any list it means none.</summary>
    public bool IsFor(ApplicationSnapshot application)
    {
        if (Problem is not null)
            return true;
        bool?[] lists =
        [
            Matches(Applications, application.Name.Name),
            Matches(Clusters, application.Destination.Name, application.Destination.Server),
            Matches(Namespaces, application.Destination.Namespace ?? ""),
        ];
        var given = lists.OfType<bool>().ToList();
        return given.Count > 0 && (UsesAndOperator ? given.TrueForAll(matches => matches) : given.Contains(true));
    }

    /// <summary>Whether two lists say the same.</summary>
    public static bool Same(IReadOnlyList<SyncWindow> left, IReadOnlyList<SyncWindow> right) => left.Count == right.Count && left.Zip(right, Same).All(same => same);

    private static bool Same(SyncWindow left, SyncWindow right) =>
        left.Applications.SequenceEqual(right.Applications, StringComparer.Ordinal) && left.Namespaces.SequenceEqual(right.Namespaces, StringComparer.Ordinal)
        && left.Clusters.SequenceEqual(right.Clusters, StringComparer.Ordinal)
        && left with { Applications = [], Namespaces = [], Clusters = [] } == right with { Applications = [], Namespaces = [], Clusters = [] };

    private static bool? Matches(IReadOnlyList<string> patterns, params IEnumerable<string?> texts) =>
        patterns.Count == 0 ? null : texts.OfType<string>().Any(text => patterns.Any(pattern => Matches(pattern, text)));

    private static bool Matches(string pattern, string text) =>
        pattern == "*" || pattern == text || (pattern.AsSpan().IndexOfAny("*?[{") >= 0 && PathGlob.Matches(pattern, text, crossesParts: true));
}
