using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Cluster;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Cluster;

public sealed class EventQueueTests
{
    private readonly EventQueue _queue = new();

    [Fact]
    public void Applications_take_turns()
    {
        foreach (var number in Enumerable.Range(1, 3))
            Add("loud", number);
        Add("web", 1);
        Add("api", 1);
        Assert.Equal(["loud 1", "web 1", "api 1", "loud 2", "loud 3"], TakeAll());
    }

    [Fact]
    public void Too_many_of_one_application_leave_out_its_own_oldest_and_are_counted()
    {
        Add("web", 1);
        foreach (var number in Enumerable.Range(1, EventQueue.MaxOfOne + 3))
            Add("loud", number);
        Assert.Equal(EventQueue.MaxOfOne + 1, _queue.Count);
        Assert.Equal("web 1", _queue.Take(_ => true)!.Waiting.Event.Message);
        var taken = Enumerable.Range(0, EventQueue.MaxOfOne).Select(_ => _queue.Take(_ => true)!).ToList();
        Assert.Equal("loud 4", taken[0].Waiting.Event.Message);
        Assert.All(taken.SkipLast(1), one => Assert.Equal(0, one.LeftOut));
        Assert.Equal(3, taken[^1].LeftOut);
    }

    [Fact]
    public void Too_many_of_all_applications_shorten_the_longest_line()
    {
        foreach (var number in Enumerable.Range(1, EventQueue.MaxOfOne))
            Add("loud", number);
        foreach (var number in Enumerable.Range(1, EventQueue.MaxWaiting))
            Add($"app-{number}", 1);
        Assert.Equal(EventQueue.MaxWaiting, _queue.Count);
        Assert.Equal(EventQueue.MaxOfOne, _queue.TakeCrowdedOut());
        Assert.Equal(0, _queue.TakeCrowdedOut());
        var all = TakeAll();
        Assert.Equal(EventQueue.MaxWaiting, all.Count);
        Assert.Contains($"app-{EventQueue.MaxWaiting} 1", all);
        // Of the loud one the last word is kept, or another application's only one would have had to go.
        Assert.InRange(all.Count(message => message.StartsWith("loud", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public void A_namespace_that_cannot_be_written_to_keeps_no_other_waiting()
    {
        Add("web", 1, "team-a");
        Add("api", 1, "team-b");
        Assert.Equal("api 1", _queue.Take(space => space != "team-a")!.Waiting.Event.Message);
        Assert.Null(_queue.Take(space => space != "team-a"));
        Assert.True(_queue.Waits("team-a"));
        Assert.False(_queue.Waits("team-b"));
        Assert.Equal(["web 1"], TakeAll());
    }

    [Fact]
    public void What_is_put_back_waits_behind_the_others_of_its_application()
    {
        Add("web", 1);
        var first = _queue.Take(_ => true)!;
        Add("web", 2);
        _queue.PutBack(first);
        Assert.Equal(["web 2", "web 1"], TakeAll());

        foreach (var number in Enumerable.Range(1, EventQueue.MaxOfOne))
            Add("web", number);
        _queue.PutBack(first with { LeftOut = 5 });
        Assert.Equal(EventQueue.MaxOfOne, _queue.Count);
        Assert.Equal(6, Enumerable.Range(0, EventQueue.MaxOfOne).Select(_ => _queue.Take(_ => true)!).ToList()[^1].LeftOut);
    }

    [Fact]
    public void What_is_added_after_somebody_has_looked_is_news()
    {
        Add("web", 1);
        var news = _queue.News;
        Assert.False(news.IsCompleted);
        Add("web", 2);
        Assert.True(news.IsCompleted);
        Assert.False(_queue.News.IsCompleted);
    }

    private void Add(string application, int number, string space = "argocd") => _queue.Add(new WaitingEvent(
        new ObjectEvent(
            new ObjectReference("argoproj.io/v1alpha1", "Application", new NamespacedName(space, application), application, "1"), EventSeverity.Normal, "Said", $"{application} {number}"),
        () => true));

    private List<string> TakeAll()
    {
        var all = new List<string>();
        while (_queue.Take(_ => true) is { } taken)
            all.Add(taken.Waiting.Event.Message);
        return all;
    }
}
