namespace GitOpsBumper.Core.ImageUpdaters;

/// <summary>How a resource fares, as <c>kubectl get imageupdaters</c> shows it.</summary>
public sealed record ImageUpdaterStatus
{
    public static ImageUpdaterStatus Empty { get; } = new();

    /// <summary>Of the resource that it was decided from.</summary>
    public long ObservedGeneration { get; init; }

    public int ApplicationsMatched { get; init; }

    public int ImagesManaged { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? LastCheckedAt { get; init; }

    /// <summary>Of each type one.</summary>
    public IReadOnlyList<StatusCondition> Conditions { get; init; } = [];

    /// <summary>The same; a condition that was so before has been so since then.</summary>
    public ImageUpdaterStatus After(ImageUpdaterStatus before) => this with
    {
        Conditions =
        [
            .. Conditions.Select(condition => before.Conditions.FirstOrDefault(other => other.Type == condition.Type) is { } was && was.IsTrue == condition.IsTrue
                ? condition with { Since = was.Since }
                : condition),
        ],
    };

    /// <summary>Whether two differ in nothing but times.</summary>
    public bool SaysTheSame(ImageUpdaterStatus other) =>
        (ObservedGeneration, ApplicationsMatched, ImagesManaged) == (other.ObservedGeneration, other.ApplicationsMatched, other.ImagesManaged)
        && Timeless(this).SequenceEqual(Timeless(other));

    private static IEnumerable<StatusCondition> Timeless(ImageUpdaterStatus status) =>
        status.Conditions.Select(condition => condition with { Since = default }).OrderBy(condition => condition.Type, StringComparer.Ordinal);
}

/// <param name="Type">A word of the API, such as <c>Ready</c>.</param>
/// <param name="IsTrue">Null: nobody knows.</param>
/// <param name="Reason">A word for programs.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record StatusCondition(string Type, bool? IsTrue, string Reason, string Message)
{
    /// <summary>Of the resource that it was decided from.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>When it became what it is.</summary>
    public DateTimeOffset Since { get; init; }
}

/// <summary>A new version of an image, in as many Applications as have got it.</summary>
/// <param name="Alias">Empty when it has none.</param>
/// <param name="Image">Without a version.</param>
/// <param name="NewVersion">Tag, digest or both.</param>
/// <param name="Applications">How many.</param>
/// <param name="At">The last of them.</param>
/// <param name="Message">A sentence about the last of them.</param>
public sealed record RecentUpdate(string Alias, string Image, string NewVersion, int Applications, DateTimeOffset At, string Message);
