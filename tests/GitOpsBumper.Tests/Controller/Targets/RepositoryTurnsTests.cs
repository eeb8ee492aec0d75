using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Targets;

namespace GitOpsBumper.Tests.Controller.Targets;

public sealed class RepositoryTurnsTests : IDisposable
{
    private readonly RepositoryTurns _turns = new(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _turns.Dispose();

    [Fact]
    public async Task A_repository_is_held_by_one_at_a_time()
    {
        var first = await _turns.TakeAsync(Url("a"), Token);
        var second = _turns.TakeAsync(Url("a"), Token);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task There_are_so_many_at_once_as_there_are_slots()
    {
        var (first, second) = (await _turns.TakeAsync(Url("a"), Token), await _turns.TakeAsync(Url("b"), Token));
        var third = _turns.TakeAsync(Url("c"), Token);
        Assert.False(third.IsCompleted);
        Assert.Equal(1, _turns.Queued);
        second.Dispose();
        (await third).Dispose();
        Assert.Equal(0, _turns.Queued);
        first.Dispose();
    }

    [Fact]
    public async Task Who_waits_for_a_repository_takes_nobodys_slot()
    {
        using var first = await _turns.TakeAsync(Url("a"), Token);
        var waiting = Enumerable.Range(0, 5).Select(_ => _turns.TakeAsync(Url("a"), Token)).ToList();
        Assert.Equal(0, _turns.Queued);
        (await _turns.TakeAsync(Url("b"), Token)).Dispose();
        first.Dispose();
        foreach (var turn in waiting)
            (await turn).Dispose();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("c")]
    public async Task Who_gives_up_leaves_no_trace(string wanted)
    {
        var (first, second) = (await _turns.TakeAsync(Url("a"), Token), await _turns.TakeAsync(Url("b"), Token));
        using var patience = new CancellationTokenSource();
        var waiting = _turns.TakeAsync(Url(wanted), patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, _turns.Queued);
        first.Dispose();
        second.Dispose();
        (await _turns.TakeAsync(Url(wanted), Token)).Dispose();
    }

    [Fact]
    public async Task A_turn_that_is_ended_twice_is_ended_once()
    {
        var first = await _turns.TakeAsync(Url("a"), Token);
        first.Dispose();
        first.Dispose();
        using var second = await _turns.TakeAsync(Url("a"), Token);
        Assert.False(_turns.TakeAsync(Url("a"), Token).IsCompleted);
    }

    private static RepositoryUrl Url(string name) =>
        RepositoryUrl.TryParse($"https://git.example.com/{name}", out var url, out var problem) ? url : throw new InvalidOperationException(problem);
}
