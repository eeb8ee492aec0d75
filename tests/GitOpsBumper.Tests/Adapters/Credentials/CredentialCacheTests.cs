using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Credentials;

public sealed class CredentialCacheTests : IDisposable
{
    private readonly JumpingTime _time = new();
    private readonly CredentialCache _cache;
    private int _fetches;

    public CredentialCacheTests() => _cache = new CredentialCache(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_credential_is_fetched_again_when_it_has_expired()
    {
        var first = await GetAsync(TimeSpan.FromMinutes(30));
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(first, await GetAsync(TimeSpan.FromMinutes(30)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(first, await GetAsync(TimeSpan.FromMinutes(30)));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task Without_a_lifetime_it_is_fetched_for_everybody_who_asks_later()
    {
        await GetAsync(null);
        await GetAsync(null);
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task Each_registry_has_its_own()
    {
        Assert.NotEqual(await GetAsync(TimeSpan.FromHours(1), "a.example.com"), await GetAsync(TimeSpan.FromHours(1), "b.example.com"));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task Those_who_ask_at_the_same_time_wait_for_one_fetch_and_who_gives_up_does_not_spoil_it()
    {
        var gate = new TaskCompletionSource();
        async Task<FetchedCredential> FetchAsync(CancellationToken end)
        {
            Interlocked.Increment(ref _fetches);
            await gate.Task.WaitAsync(end);
            return new FetchedCredential(Credential(1), null);
        }

        using var impatient = new CancellationTokenSource();
        var first = _cache.GetAsync(Key("a"), FetchAsync, impatient.Token);
        var others = Enumerable.Range(0, 50).Select(_ => _cache.GetAsync(Key("a"), FetchAsync, Token)).ToList();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Single((await Task.WhenAll(others)).Distinct());
        Assert.Equal(1, _fetches);
    }

    [Fact]
    public async Task What_was_refused_is_fetched_again_and_what_came_after_it_is_kept()
    {
        var refused = await GetAsync(TimeSpan.FromHours(1));
        _cache.Invalidate(Key("a"), refused);
        var second = await GetAsync(TimeSpan.FromHours(1));
        Assert.NotEqual(refused, second);

        _cache.Invalidate(Key("a"), refused);
        Assert.Equal(second, await GetAsync(TimeSpan.FromHours(1)));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        await Assert.ThrowsAsync<CredentialException>(() => _cache.GetAsync(Key("a"), _ => throw new CredentialException("no"), Token));
        Assert.NotNull(await GetAsync(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task The_number_that_is_kept_is_bounded()
    {
        for (var number = 0; number < 1500; number++)
            await GetAsync(TimeSpan.FromHours(1), $"{number}.example.com");
        _fetches = 0;
        for (var number = 0; number < 1500; number++)
            await GetAsync(TimeSpan.FromHours(1), $"{number}.example.com");

        Assert.InRange(_fetches, 500, 1500);
    }

    [Fact]
    public async Task The_end_of_the_process_ends_what_is_under_way()
    {
        var started = new TaskCompletionSource();
        using var cache = new CredentialCache(_time);
        var fetch = cache.GetAsync(
            Key("a"),
            async end =>
            {
                started.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end);
                return new FetchedCredential(Credential(1), null);
            },
            Token);
        await started.Task;
        cache.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    public void Dispose() => _cache.Dispose();

    private static CredentialKey Key(string endpoint) => new(new CredentialReference.External("/scripts/login"), endpoint);

    private static UserCredential Credential(int number) => new("bot", new Secret($"{number}"));

    private Task<UserCredential> GetAsync(TimeSpan? lifetime, string endpoint = "a") => _cache.GetAsync(
        Key(endpoint), _ => Task.FromResult(new FetchedCredential(Credential(Interlocked.Increment(ref _fetches)), _time.GetUtcNow() + lifetime)), Token);
}
