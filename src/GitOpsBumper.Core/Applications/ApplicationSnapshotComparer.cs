using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Applications;

/// <summary>
/// Two snapshots are equal when they say the same: records compare their lists by identity. A list that is added to a record and forgotten
/// here makes equal snapshots differ, never different ones equal.
/// </summary>
public sealed class ApplicationSnapshotComparer : IEqualityComparer<ApplicationSnapshot>
{
    private static readonly Dictionary<string, string> NoTexts = [];

    /// <summary>Whether both have the same keys with the same values, in any order.</summary>
    public static bool SameTexts(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && pair.Value == value);

    public bool Equals(ApplicationSnapshot? x, ApplicationSnapshot? y)
    {
        if (ReferenceEquals(x, y))
            return true;
        return x is not null && y is not null
            && SameTexts(x.Annotations, y.Annotations)
            && SameTexts(x.Labels, y.Labels)
            && Same(x.RunningImages, y.RunningImages)
            && ResourceSettings.Same(x.Governor, y.Governor)
            && x.Sources.Count == y.Sources.Count
            && x.Sources.Zip(y.Sources, Same).All(same => same)
            && WithoutLists(x) == WithoutLists(y);
    }

    public int GetHashCode(ApplicationSnapshot obj) => obj.Name.GetHashCode();

    private static bool Same(IReadOnlyList<ImageReference>? left, IReadOnlyList<ImageReference>? right) =>
        left is null || right is null ? left is null && right is null : left.SequenceEqual(right);

    private static bool Same(ApplicationSource left, ApplicationSource right) =>
        left.HelmParameters.SequenceEqual(right.HelmParameters)
        && left.HelmValueFiles.SequenceEqual(right.HelmValueFiles, StringComparer.Ordinal)
        && left.KustomizeImages.SequenceEqual(right.KustomizeImages, StringComparer.Ordinal)
        && left.PluginEnv.SequenceEqual(right.PluginEnv)
        && WithoutLists(left) == WithoutLists(right);

    private static ApplicationSnapshot WithoutLists(ApplicationSnapshot snapshot) =>
        snapshot with { Annotations = NoTexts, Labels = NoTexts, Sources = [], RunningImages = null, Governor = null };

    private static ApplicationSource WithoutLists(ApplicationSource source) => source with { HelmParameters = [], HelmValueFiles = [], KustomizeImages = [], PluginEnv = [] };
}
