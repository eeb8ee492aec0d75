using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Cluster;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Controller.Reconciling;

namespace GitOpsBumper.Tests.Cluster;

public sealed class ApprovalQueueTests
{
    private static readonly KubernetesException Forbidden = new("no", isTransient: false) { Status = 403 };
    private static readonly KubernetesException Invalid = new("no", isTransient: false) { Status = 422 };
    private static readonly KubernetesException Broken = new("no", isTransient: true) { Status = 500 };

    private readonly SteppedTime _time = new();
    private readonly ApprovalQueue _queue;

    public ApprovalQueueTests() => _queue = new ApprovalQueue(_time);

    [Fact]
    public void An_Application_that_fails_holds_up_no_other()
    {
        Put("a", "b");
        Fail("a", Invalid);
        Write("b");
        Assert.Null(_queue.Next());
        _time.Advance(_queue.Pause);
        Put("b");
        Fail("a", Invalid);
        Write("b");
        Assert.Equal(TimeSpan.FromSeconds(2), _queue.Pause);
    }

    [Fact]
    public void A_server_that_is_down_is_asked_for_one_Application_and_not_for_each()
    {
        Put("a", "b");
        Fail("a", Broken);
        Assert.Null(_queue.Next());
        _time.Advance(_queue.Pause);
        Fail("b", Broken);
        Assert.Null(_queue.Next());
        _time.Advance(TimeSpan.FromSeconds(2));
        Write("a");
        Write("b");
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Where_the_right_is_missing_others_have_their_turn_and_other_namespaces_do_not_wait()
    {
        Put("a", "b");
        _queue.Set(new NamespacedName("team", "c"), [Word("1.5.0")], Holds);
        Fail("a", Forbidden);
        Write("c");
        _time.Advance(_queue.Pause);
        // The right may be one to single Applications.
        Write("b");
        Fail("a", Forbidden);
    }

    [Fact]
    public void However_often_it_fails_it_is_tried_within_ten_minutes()
    {
        Put("a");
        for (var attempt = 0; attempt < 40; attempt++)
        {
            Fail("a", Invalid);
            Assert.InRange(_queue.Pause, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
            _time.Advance(_queue.Pause);
        }
    }

    [Fact]
    public void A_newer_word_that_comes_while_an_older_one_is_tried_is_kept_with_the_pause_of_the_failure()
    {
        Put("a");
        var taken = _queue.Next()!;
        _queue.Set(taken.Application, [Word("1.6.0")], Holds);
        _queue.Failed(taken, Invalid);
        Assert.Null(_queue.Next());
        _time.Advance(_queue.Pause);
        taken = _queue.Next()!;
        Assert.Equal("1.6.0", $"{Assert.Single(taken.Words).Version}");
        _queue.Set(taken.Application, [Word("1.7.0")], Holds);
        _queue.Written(taken);
        Assert.Equal("1.7.0", $"{Assert.Single(_queue.Next()!.Words).Version}");
    }

    [Fact]
    public void Of_too_many_the_oldest_are_left_out()
    {
        for (var number = 0; number <= ApprovalQueue.MaxWaiting; number++)
            Put($"a{number}");
        Assert.Equal(ApprovalQueue.MaxWaiting, _queue.Count);
        Write("a1");
    }

    private static ApprovalWord Word(string tag) => ImageVersion.TryParse(tag, out var version, out var problem) ? new ApprovalWord("web", version, IsSettled: false) : throw new InvalidOperationException(problem);

    private static bool Holds() => true;

    private void Put(params string[] names)
    {
        foreach (var name in names)
            _queue.Set(new NamespacedName("argocd", name), [Word("1.5.0")], Holds);
    }

    private void Fail(string name, KubernetesException failure) => _queue.Failed(Taken(name), failure);

    private void Write(string name) => _queue.Written(Taken(name));

    private WaitingWords Taken(string name)
    {
        var taken = _queue.Next();
        Assert.Equal(name, taken?.Application.Name);
        return taken!;
    }
}
