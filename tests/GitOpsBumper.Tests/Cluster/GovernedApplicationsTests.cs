using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Cluster;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Tests.Cluster;

/// <summary>Whoever remembers an Application tells by the object whether it is still the same.</summary>
public sealed class GovernedApplicationsTests
{
    private readonly ApplicationSnapshot _web = new() { Name = new NamespacedName("argocd", "web") };
    private readonly GovernedApplications _governed;
    private Dictionary<NamespacedName, Watched<ImageUpdaterResource>> _resources = [];

    public GovernedApplicationsTests() => _governed = new GovernedApplications(() => _resources, "argocd");

    [Fact]
    public void Without_resources_an_Application_is_what_it_was() => Assert.Same(_web, _governed.Apply(_web));

    [Fact]
    public void As_long_as_its_governor_says_the_same_it_stays_the_same_object()
    {
        _resources = Resources(Resource("a", "web", "nginx"));
        var before = _governed.Apply(_web);
        Assert.Equal("nginx", before.Governor!.Images[0].Name);
        Assert.Same(before, _governed.Apply(_web));

        _resources = Resources(Resource("a", "web", "nginx"), Resource("b", "other", "redis"));
        Assert.Same(before, _governed.Apply(_web));
        _resources = Resources(Resource("a", "web", "redis"));
        Assert.Equal("redis", _governed.Apply(_web).Governor!.Images[0].Name);
        _resources = [];
        Assert.Same(_web, _governed.Apply(_web));
    }

    [Fact]
    public void A_resource_that_is_being_deleted_governs_nobody()
    {
        _resources = Resources(Resource("a", "web", "nginx")).ToDictionary(pair => pair.Key, pair => pair.Value with { IsBeingDeleted = true });
        Assert.Null(_governed.Apply(_web).Governor);
    }

    private static Dictionary<NamespacedName, Watched<ImageUpdaterResource>> Resources(params ImageUpdaterResource[] resources) =>
        resources.ToDictionary(resource => resource.Name, resource => new Watched<ImageUpdaterResource>(resource, resource.Name, "uid", "1"));

    private static ImageUpdaterResource Resource(string name, string pattern, string image)
    {
        Assert.True(GlobPattern.TryParse(pattern, out var glob, out var problem), problem);
        return new ImageUpdaterResource
        {
            Name = new NamespacedName("argocd", name),
            Namespace = "argocd",
            References = [new ApplicationReference("spec.applicationRefs[0]", glob) { Images = [new ReferencedImage("web", image, "spec.applicationRefs[0].images[0]")] }],
        };
    }
}
