namespace GitOpsBumper.Core.Applications;

/// <summary>Whether a change of an Application is one that decisions are made from.</summary>
public static class ApplicationNews
{
    private static readonly ApplicationSnapshotComparer Comparer = new();

    /// <summary>
    /// A tag that has begun to run is none: it is what was decided before, on its way through the cluster. An image that begins or ceases to
    /// run is one, as images that do not run are left alone.
    /// </summary>
    /// <param name="before">As it was last decided from; null: never.</param>
    /// <param name="now">As it is.</param>
    public static bool IsNews(ApplicationSnapshot? before, ApplicationSnapshot now) =>
        before is null
        || (!ReferenceEquals(before, now)
            && (!Comparer.Equals(before with { RunningImages = null }, now with { RunningImages = null }) || !Repositories(before).SetEquals(Repositories(now))));

    private static HashSet<string> Repositories(ApplicationSnapshot application) =>
        [.. (application.RunningImages ?? []).Select(image => image.Repository.ToString())];
}
