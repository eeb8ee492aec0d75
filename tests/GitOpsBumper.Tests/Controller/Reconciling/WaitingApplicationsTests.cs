using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Controller.Reconciling;

/// <summary>How long changes wait, as an operator sees it.</summary>
public sealed class WaitingApplicationsTests
{
    private static readonly NamespacedName Web = new("argocd", "web");
    private static readonly NamespacedName Api = new("argocd", "api");
    private readonly SteppedTime _time = new();
    private readonly WaitingApplications _waiting = new();

    [Fact]
    public void An_application_that_changes_again_waits_since_its_first_change()
    {
        Assert.Equal(Backlog.Empty, _waiting.Measure(_time));
        _waiting.Add(Web, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(2));
        _waiting.Add(Web, _time.GetTimestamp());
        _waiting.Add(Api, _time.GetTimestamp());
        Assert.Equal(new Backlog(2, TimeSpan.FromSeconds(2)), _waiting.Measure(_time));
    }

    [Fact]
    public void What_is_taken_or_gone_waits_no_more()
    {
        _waiting.Add(Web, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(2));
        _waiting.Add(Api, _time.GetTimestamp());
        Assert.Equal([Web], _waiting.Take(name => name == Web));
        Assert.Equal(new Backlog(1, TimeSpan.Zero), _waiting.Measure(_time));
        _waiting.Remove(Api);
        Assert.Equal(Backlog.Empty, _waiting.Measure(_time));
    }

    [Fact]
    public void The_queue_tells_how_long_its_oldest_change_waits()
    {
        var queue = new ChangeQueue(_time);
        Assert.Equal(TimeSpan.Zero, queue.OldestWait);
        queue.Add(new ObjectChange("Application", Web, ChangeKind.Added));
        _time.Advance(TimeSpan.FromSeconds(3));
        queue.Add(new ObjectChange("Application", Web, ChangeKind.Changed));
        queue.Add(new ObjectChange("Application", Api, ChangeKind.Changed));
        Assert.Equal(TimeSpan.FromSeconds(3), queue.OldestWait);
        queue.TakeAll();
        Assert.Equal(TimeSpan.Zero, queue.OldestWait);
    }
}
