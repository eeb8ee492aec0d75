using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Controller;

/// <summary>The strategies' names as annotations and reports spell them.</summary>
internal static class StrategyWords
{
    public static string Word(UpdateStrategy strategy) => strategy switch
    {
        UpdateStrategy.SemVer => "semver",
        UpdateStrategy.NewestBuild => "newest-build",
        UpdateStrategy.Alphabetical => "alphabetical",
        UpdateStrategy.Numerical => "numerical",
        _ => "digest",
    };
}
