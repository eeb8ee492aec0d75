using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Applications;

public sealed class ApplicationSnapshotComparerTests
{
    private static readonly ApplicationSnapshotComparer Comparer = new();

    private static readonly Dictionary<string, Func<ApplicationSnapshot, ApplicationSnapshot>> SnapshotChanges = new(StringComparer.Ordinal)
    {
        [nameof(ApplicationSnapshot.Name)] = it => it with { Name = new NamespacedName("a", "other") },
        [nameof(ApplicationSnapshot.Destination)] = it => it with { Destination = new ApplicationDestination("https://kubernetes.default.svc", null, "web") },
        [nameof(ApplicationSnapshot.Project)] = it => it with { Project = "other" },
        [nameof(ApplicationSnapshot.Annotations)] = it => it with { Annotations = Texts("k", "other") },
        [nameof(ApplicationSnapshot.Labels)] = it => it with { Labels = Texts("other", "v") },
        [nameof(ApplicationSnapshot.Sources)] = it => it with { Sources = [.. it.Sources, Source()] },
        [nameof(ApplicationSnapshot.HasMultipleSources)] = it => it with { HasMultipleSources = true },
        [nameof(ApplicationSnapshot.IsHydrated)] = it => it with { IsHydrated = true },
        [nameof(ApplicationSnapshot.RunningImages)] = it => it with { RunningImages = null },
        [nameof(ApplicationSnapshot.Governor)] = it => it with { Governor = null },
    };

    private static readonly Dictionary<string, Func<ResourceSettings, ResourceSettings>> GovernorChanges = new(StringComparer.Ordinal)
    {
        [nameof(ResourceSettings.Resource)] = it => it with { Resource = "other" },
        [nameof(ResourceSettings.Field)] = it => it with { Field = "other" },
        [nameof(ResourceSettings.Settings)] = it => it with { Settings = [it.Settings[0] with { IsList = true }] },
        [nameof(ResourceSettings.Images)] = it => it with { Images = [] },
        [nameof(ResourceSettings.Mistakes)] = it => it with { Mistakes = [it.Mistakes[0] with { Stops = false }] },
    };

    private static readonly Dictionary<string, Func<ResourceImage, ResourceImage>> GovernorImageChanges = new(StringComparer.Ordinal)
    {
        [nameof(ResourceImage.Alias)] = it => it with { Alias = "other" },
        [nameof(ResourceImage.Name)] = it => it with { Name = "other" },
        [nameof(ResourceImage.Field)] = it => it with { Field = "other" },
        [nameof(ResourceImage.Settings)] = it => it with { Settings = [it.Settings[0] with { Value = "other" }] },
        [nameof(ResourceImage.Mistakes)] = it => it with { Mistakes = [] },
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
        [nameof(ApplicationSource.PluginEnv)] = it => it with { PluginEnv = [new PluginVariable("a", "other")] },
    };

    public static TheoryData<string> SnapshotProperties => [.. typeof(ApplicationSnapshot).GetProperties().Select(property => property.Name)];

    public static TheoryData<string> SourceProperties => [.. typeof(ApplicationSource).GetProperties().Select(property => property.Name)];

    public static TheoryData<string> GovernorProperties => [.. typeof(ResourceSettings).GetProperties().Select(property => property.Name)];

    public static TheoryData<string> GovernorImageProperties => [.. typeof(ResourceImage).GetProperties().Select(property => property.Name)];

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

    [Theory]
    [MemberData(nameof(GovernorProperties))]
    public void Every_property_of_a_governor_counts(string property) =>
        Assert.NotEqual(Snapshot(), Snapshot() with { Governor = GovernorChanges[property](Governor()) }, Comparer);

    [Theory]
    [MemberData(nameof(GovernorImageProperties))]
    public void Every_property_of_a_governors_image_counts(string property) =>
        Assert.NotEqual(Snapshot(), Snapshot() with { Governor = Governor() with { Images = [GovernorImageChanges[property](Governor().Images[0])] } }, Comparer);

    [Fact]
    public void Nothing_running_is_not_the_same_as_nothing_known_of_it() =>
        Assert.NotEqual(Snapshot() with { RunningImages = [] }, Snapshot() with { RunningImages = null }, Comparer);

    private static ApplicationSnapshot Snapshot() => new()
    {
        Name = new NamespacedName("a", "b"),
        Annotations = Texts("k", "v"),
        Labels = Texts("k", "v"),
        Sources = [Source()],
        Governor = Governor(),
        RunningImages = [ImageReference.TryParse("nginx:1.27", out var image, out _) ? image : throw new InvalidOperationException()],
    };

    private static ResourceSettings Governor() => new()
    {
        Resource = "ImageUpdater a/b",
        Field = "spec.applicationRefs[0]",
        Settings = [new ResourceSetting("k", "v", "f")],
        Images = [new ResourceImage("a", "nginx", "f") { Settings = [new ResourceSetting("k", "v", "f")], Mistakes = [new ResourceMistake("f", "v", "m")] }],
        Mistakes = [new ResourceMistake("f", "v", "m")],
    };

    private static ApplicationSource Source() => new()
    {
        RepositoryUrl = "https://a",
        HelmParameters = [new HelmParameter("a", "b", false)],
        HelmValueFiles = ["f"],
        KustomizeImages = ["i"],
        PluginEnv = [new PluginVariable("a", "b")],
    };

    private static Dictionary<string, string> Texts(string key, string value) => new(StringComparer.Ordinal) { [key] = value };
}
