using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Applications;

public sealed class ApplicationSnapshotComparerTests
{
    private static readonly ApplicationSnapshotComparer Comparer = new();

    private static readonly Dictionary<string, Func<ApplicationSnapshot, ApplicationSnapshot>> SnapshotChanges = new(StringComparer.Ordinal)
    {
        [nameof(ApplicationSnapshot.Name)] = it => it with { Name = new NamespacedName("a", "other") },
        [nameof(ApplicationSnapshot.Project)] = it => it with { Project = "other" },
        [nameof(ApplicationSnapshot.Annotations)] = it => it with { Annotations = Texts("k", "other") },
        [nameof(ApplicationSnapshot.Labels)] = it => it with { Labels = Texts("other", "v") },
        [nameof(ApplicationSnapshot.Sources)] = it => it with { Sources = [.. it.Sources, Source()] },
        [nameof(ApplicationSnapshot.HasMultipleSources)] = it => it with { HasMultipleSources = true },
        [nameof(ApplicationSnapshot.RunningImages)] = it => it with { RunningImages = null },
    };

    private static readonly Dictionary<string, Func<ApplicationSource, ApplicationSource>> SourceChanges = new(StringComparer.Ordinal)
    {
        [nameof(ApplicationSource.RepositoryUrl)] = it => it with { RepositoryUrl = "other" },
        [nameof(ApplicationSource.Path)] = it => it with { Path = "other" },
        [nameof(ApplicationSource.TargetRevision)] = it => it with { TargetRevision = "other" },
        [nameof(ApplicationSource.Chart)] = it => it with { Chart = "other" },
        [nameof(ApplicationSource.Ref)] = it => it with { Ref = "other" },
        [nameof(ApplicationSource.Name)] = it => it with { Name = "other" },
        [nameof(ApplicationSource.Kind)] = it => it with { Kind = SourceKind.Plugin },
        [nameof(ApplicationSource.HelmReleaseName)] = it => it with { HelmReleaseName = "other" },
        [nameof(ApplicationSource.HelmParameters)] = it => it with { HelmParameters = [new HelmParameter("a", "b", true)] },
        [nameof(ApplicationSource.HelmValueFiles)] = it => it with { HelmValueFiles = ["other"] },
        [nameof(ApplicationSource.KustomizeImages)] = it => it with { KustomizeImages = ["other"] },
    };

    public static TheoryData<string> SnapshotProperties => [.. typeof(ApplicationSnapshot).GetProperties().Select(property => property.Name)];

    public static TheoryData<string> SourceProperties => [.. typeof(ApplicationSource).GetProperties().Select(property => property.Name)];

    [Fact]
    public void Two_readings_of_one_thing_are_equal()
    {
        Assert.Equal(Snapshot(), Snapshot(), Comparer);
        Assert.Equal(Comparer.GetHashCode(Snapshot()), Comparer.GetHashCode(Snapshot()));
        Assert.NotEqual(Snapshot(), Snapshot());
    }

    [Theory]
    [MemberData(nameof(SnapshotProperties))]
    public void Every_property_of_a_snapshot_counts(string property) => Assert.NotEqual(Snapshot(), SnapshotChanges[property](Snapshot()), Comparer);

    [Theory]
    [MemberData(nameof(SourceProperties))]
    public void Every_property_of_a_source_counts(string property) =>
        Assert.NotEqual(Snapshot(), Snapshot() with { Sources = [SourceChanges[property](Source())] }, Comparer);

    [Fact]
    public void Nothing_running_is_not_the_same_as_nothing_known_of_it() =>
        Assert.NotEqual(Snapshot() with { RunningImages = [] }, Snapshot() with { RunningImages = null }, Comparer);

    private static ApplicationSnapshot Snapshot() => new()
    {
        Name = new NamespacedName("a", "b"),
        Annotations = Texts("k", "v"),
        Labels = Texts("k", "v"),
        Sources = [Source()],
        RunningImages = [ImageReference.TryParse("nginx:1.27", out var image, out _) ? image : throw new InvalidOperationException()],
    };

    private static ApplicationSource Source() => new()
    {
        RepositoryUrl = "https://a",
        HelmParameters = [new HelmParameter("a", "b", false)],
        HelmValueFiles = ["f"],
        KustomizeImages = ["i"],
    };

    private static Dictionary<string, string> Texts(string key, string value) => new(StringComparer.Ordinal) { [key] = value };
}
