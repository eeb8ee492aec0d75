using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

public sealed class ObjectStoreTests
{
    private readonly ChangeQueue _queue = new();
    private readonly ObjectStore<ApplicationSnapshot> _store;

    public ObjectStoreTests() => _store = new(ObjectKinds.Application, _queue);

    [Fact]
    public void An_update_of_nothing_that_is_read_is_no_change_and_makes_a_newer_version()
    {
        _store.Put(Reading("web", "1"));
        var before = _store.Objects[Name("web")];
        Assert.Equal(["argocd/web Added"], Taken());
        _store.Put(Reading("web", "2"));

        Assert.Empty(Taken());
        var after = _store.Objects[Name("web")];
        Assert.Equal("2", after.ResourceVersion);
        Assert.Same(before.Value, after.Value);
    }

    [Fact]
    public void A_new_value_a_new_identity_and_a_deletion_that_begins_are_changes()
    {
        _store.Put(Reading("web", "1"));
        Taken();
        _store.Put(Reading("web", "2", project: "other"));
        Assert.Equal(["argocd/web Changed"], Taken());
        _store.Put(Reading("web", "3", project: "other", uid: "u2"));
        Assert.Equal(["argocd/web Changed"], Taken());
        _store.Put(Reading("web", "4", project: "other", uid: "u2", deleted: true));
        Assert.Equal(["argocd/web Changed"], Taken());
        _store.Remove(Name("web"));
        Assert.Equal(["argocd/web Removed"], Taken());
        Assert.Empty(_store.Objects);
    }

    [Fact]
    public void What_a_new_list_does_not_have_has_been_removed_and_what_it_repeats_has_not_changed()
    {
        foreach (var name in new[] { "stays", "changes", "goes" })
            _store.Put(Reading(name, "1"));
        var snapshot = _store.Objects;
        Taken();

        var list = _store.Begin();
        list.Add(Reading("stays", "2"));
        list.Add(Reading("changes", "2", project: "other"));
        list.Add(Reading("comes", "2"));
        Assert.Empty(Taken());
        list.Complete();

        Assert.Equal(["argocd/changes Changed", "argocd/comes Added", "argocd/goes Removed"], Taken().Order(StringComparer.Ordinal));
        Assert.Same(snapshot[Name("stays")].Value, _store.Objects[Name("stays")].Value);
        Assert.Equal(3, snapshot.Count);
        Assert.Contains(Name("goes"), snapshot.Keys);
    }

    [Fact]
    public void An_object_that_can_no_longer_be_read_is_no_longer_known_until_it_can()
    {
        _store.Put(Reading("web", "1"));
        Taken();
        _store.Put(new ObjectReading<ApplicationSnapshot>.Bad(new UnreadableObject(Name("web"), "no"), "2"));
        Assert.Equal(["argocd/web Removed"], Taken());
        Assert.Equal("no", Assert.Single(_store.Unreadable.Values).Reason);

        _store.Put(Reading("web", "3"));
        Assert.Equal(["argocd/web Added"], Taken());
        Assert.Empty(_store.Unreadable);
    }

    [Fact]
    public async Task The_status_of_a_resource_is_no_change_and_what_it_asks_for_is()
    {
        var store = new ObjectStore<ImageUpdaterResource>(ObjectKinds.ImageUpdater, _queue);
        await PutAsync("1", 1, "web", "");
        Assert.Equal(["argocd/all Added"], Taken());
        var before = store.Objects[Name("all")];
        await PutAsync("2", 1, "web", ""","status":{"observedGeneration":1,"applicationsMatched":3,"conditions":[{"type":"Ready","status":"True"}]}""");
        Assert.Empty(Taken());
        Assert.Same(before.Value, store.Objects[Name("all")].Value);
        Assert.Equal("2", store.Objects[Name("all")].ResourceVersion);
        await PutAsync("3", 2, "api", "");
        Assert.Equal(["argocd/all Changed"], Taken());

        async Task PutAsync(string version, int generation, string pattern, string status) => store.Put(Assert.Single((await Objects.Reading.ListAsync(ObjectKinds.ImageUpdater, $$"""
            {"items":[{"metadata":{"name":"all","namespace":"argocd","uid":"u","resourceVersion":"{{version}}","generation":{{generation}} },
             "spec":{"applicationRefs":[{"namePattern":"{{pattern}}","images":[{"alias":"a","imageName":"a"}]}]}{{status}} }],"kind":"ImageUpdaterList","metadata":{"resourceVersion":"{{version}}"} }
            """)).Readings));
    }

    private static NamespacedName Name(string name) => new("argocd", name);

    private static ObjectReading<ApplicationSnapshot> Reading(string name, string version, string project = "shop", string uid = "u", bool deleted = false) =>
        new ObjectReading<ApplicationSnapshot>.Good(
            new Watched<ApplicationSnapshot>(new ApplicationSnapshot { Name = Name(name), Project = project }, Name(name), uid, version) { IsBeingDeleted = deleted });

    private IEnumerable<string> Taken() => [.. _queue.TakeAll().Select(change => $"{change.Name} {change.Change}")];
}
