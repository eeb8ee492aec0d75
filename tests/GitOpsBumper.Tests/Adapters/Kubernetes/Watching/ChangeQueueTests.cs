using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

public sealed class ChangeQueueTests
{
    private readonly ChangeQueue _queue = new();

    [Fact]
    public void Many_changes_of_one_object_are_one_entry()
    {
        Add("web", ChangeKind.Added);
        Add("api", ChangeKind.Changed);
        for (var time = 0; time < 1000; time++)
            Add("web", ChangeKind.Changed);

        Assert.Equal(2, _queue.Count);
        Assert.Equal(["argocd/web Added", "argocd/api Changed"], _queue.TakeAll().Select(change => $"{change.Name} {change.Change}"));
        Assert.Empty(_queue.TakeAll());
    }

    [Fact]
    public void Objects_of_two_kinds_may_share_a_name()
    {
        Add("web", ChangeKind.Added);
        _queue.Add(new ObjectChange("Secret", new NamespacedName("argocd", "web"), ChangeKind.Removed));
        Assert.Equal(2, _queue.TakeAll().Count);
    }

    [Fact]
    public async Task Waiting_ends_with_the_first_change_and_begins_anew_when_all_is_taken()
    {
        var token = TestContext.Current.CancellationToken;
        var waiting = _queue.WaitAsync(token);
        Assert.False(waiting.IsCompleted);
        Add("web", ChangeKind.Added);
        await waiting;
        await _queue.WaitAsync(token);
        _queue.TakeAll();
        Assert.False(_queue.WaitAsync(token).IsCompleted);
    }

    [Fact]
    public void An_object_that_came_and_went_unseen_wakes_nobody_for_long()
    {
        Add("web", ChangeKind.Added);
        Add("web", ChangeKind.Removed);
        Assert.Empty(_queue.TakeAll());
        Assert.False(_queue.WaitAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    /// <summary>Whoever applies what is taken to what was known knows what there is.</summary>
    [Fact]
    public void Nothing_is_lost_by_putting_changes_together() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 9)).Select(steps => steps.ToList()).ToArbitrary(), steps =>
        {
            var queue = new ChangeQueue();
            var there = new HashSet<string>(StringComparer.Ordinal);
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var step in steps)
            {
                var name = $"o{step % 3}";
                if (step == 9)
                    Apply(queue, known, there);
                else if (there.Add(name))
                    queue.Add(Change(name, ChangeKind.Added));
                else if (step < 6)
                    queue.Add(Change(name, ChangeKind.Changed));
                else if (there.Remove(name))
                    queue.Add(Change(name, ChangeKind.Removed));
                Assert.True(queue.Count <= 3);
            }

            Apply(queue, known, there);
        }));

    private static void Apply(ChangeQueue queue, HashSet<string> known, HashSet<string> there)
    {
        foreach (var change in queue.TakeAll())
        {
            Assert.True(change.Change switch
            {
                ChangeKind.Added => known.Add(change.Name.Name),
                ChangeKind.Changed => known.Contains(change.Name.Name),
                _ => known.Remove(change.Name.Name),
            });
        }

        Assert.Equal(there.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    private void Add(string name, ChangeKind change) => _queue.Add(Change(name, change));

    private static ObjectChange Change(string name, ChangeKind change) => new("Application", new NamespacedName("argocd", name), change);
}
