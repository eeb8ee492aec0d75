using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>The sync windows of a project. What is not as it should be stays with its window: the project is needed for other things too.</summary>
internal static class SyncWindowManifest
{
    private const int MaxWindows = 200;
    private const int MaxPatterns = 1000;

    public static IReadOnlyList<SyncWindow> ReadAll(ManifestNode? list)
    {
        if (list is null)
            return [];
        if (list.Items is not { } items)
            return [new SyncWindow { Problem = $"'syncWindows' is {list.Kind}, it has to be a list" }];
        var windows = items.Take(MaxWindows).Select(Read);
        return items.Count <= MaxWindows ? [.. windows] : [.. windows, new SyncWindow { Problem = $"the project has {items.Count} sync windows, at most {MaxWindows} are read" }];
    }

    private static SyncWindow Read(ManifestNode window)
    {
        try
        {
            return new SyncWindow
            {
                Kind = ManifestFields.Text(window, "kind") ?? "",
                Schedule = ManifestFields.Text(window, "schedule") ?? "",
                Duration = ManifestFields.Text(window, "duration") ?? "",
                TimeZone = ManifestFields.Text(window, "timeZone") ?? "",
                Applications = Texts(window, "applications"),
                Namespaces = Texts(window, "namespaces"),
                Clusters = Texts(window, "clusters"),
                UsesAndOperator = ManifestFields.Flag(window, "andOperator"),
            };
        }
        catch (ManifestException failure)
        {
            return new SyncWindow { Problem = failure.Message };
        }
    }

    private static IReadOnlyList<string> Texts(ManifestNode window, string key)
    {
        var items = ManifestFields.Items(window, key);
        return items.Count <= MaxPatterns ? [.. items.Select(item => item.Text ?? "")] : throw new ManifestException(window.Line, $"'{key}' has {items.Count} items, at most {MaxPatterns} are read");
    }
}
