using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Cluster;

/// <summary>What has to be listed before there is work, and what has to be heard of while there is.</summary>
public sealed class ClusterWatchTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HeldTime _time = new();
    private GuardedApi _api = null!;
    private ClusterWatch _watch = null!;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        await _api.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_namespace_that_is_refused_stops_nobody_and_is_named_until_it_is_allowed()
    {
        await StartAsync("namespaces/b/applications");
        await _watch.WaitForSyncAsync(Token);
        Assert.Empty(_watch.NotReady);
        Assert.Contains("namespaces/b/applications", Assert.Single(_watch.Troubles), StringComparison.Ordinal);

        for (var refusals = 0; refusals < 40; refusals++)
            await _api.RefusalAsync();
        Assert.Empty(_watch.NotReady);
        _api.Allow("namespaces/b/applications");
        await Eventually.HoldsAsync(() => _watch.Troubles.Count == 0);
    }

    [Fact]
    public async Task Without_the_right_to_list_resources_of_Image_Updater_there_is_work_all_the_same()
    {
        await StartAsync("/imageupdaters");
        await _watch.WaitForSyncAsync(Token);
        Assert.Empty(_watch.NotReady);
        // Of both namespaces of Applications, and of Argo CD's.
        await Eventually.HoldsAsync(() => _watch.Troubles.Count(trouble => trouble.Contains("/imageupdaters", StringComparison.Ordinal)) == 3);
    }

    [Theory]
    [InlineData("/secrets")]
    [InlineData("/appprojects")]
    [InlineData("name%3Dargocd-image-updater-config")]
    [InlineData("/applications")]
    public async Task Without_a_list_of_Argo_CDs_own_or_of_any_Application_there_is_no_work(string refused)
    {
        await StartAsync(refused);
        var synced = _watch.WaitForSyncAsync(_stop.Token);
        for (var refusals = 0; refusals < 10; refusals++)
            await _api.RefusalAsync();

        Assert.False(synced.IsCompleted);
        Assert.Contains(_watch.NotReady, reason => reason.Contains("no right to", StringComparison.Ordinal));
        _api.Allow(refused);
        await synced.WaitAsync(Token);
        Assert.Empty(_watch.NotReady);
    }

    [Theory]
    [InlineData("/secrets")]
    [InlineData("/appprojects")]
    [InlineData("name%3Dargocd-image-updater-config")]
    [InlineData("/applications")]
    public async Task What_has_not_been_heard_of_for_five_minutes_is_not_relied_on(string refused)
    {
        await StartAsync();
        await _watch.WaitForSyncAsync(Token);
        var before = _time.GetTimestamp();
        _api.Refuse(refused);
        while (_watch.NotReady.Count == 0)
            await _api.RefusalAsync();

        Assert.True(_time.GetElapsedTime(before) >= TimeSpan.FromMinutes(5));
        Assert.Contains("nothing has been heard for ", _watch.NotReady[0], StringComparison.Ordinal);
        _api.Allow(refused);
        await Eventually.HoldsAsync(() => _watch.NotReady.Count == 0);
    }

    [Theory]
    [InlineData("gitops-bumper-secret")]
    [InlineData("argocd-image-updater-secret")]
    public async Task Nothing_begins_before_it_is_known_what_the_bot_is_told_in_confidence(string name)
    {
        _api = await GuardedApi.StartAsync();
        _api.Break(name);
        Watch();
        var (synced, before) = (_watch.WaitForSyncAsync(Token), _time.GetTimestamp());
        await Eventually.HoldsAsync(() => _watch.NotReady.Count > 0 && _time.GetElapsedTime(before) > TimeSpan.FromMinutes(1));
        Assert.False(synced.IsCompleted);
        Assert.Contains("request timed out", Assert.Single(_watch.NotReady), StringComparison.Ordinal);
        _api.Allow(name);
        await synced.WaitAsync(Token);
        Assert.Empty(_watch.NotReady);
    }

    [Fact]
    public async Task What_the_bot_was_told_counts_no_longer_when_it_may_not_be_seen_any_more_and_that_is_said()
    {
        _api = await GuardedApi.StartAsync();
        _api.OwnSecret = """{"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "argocd", "name": "gitops-bumper-secret", "uid": "1", "resourceVersion": "5"}, "data": {"api.token.ci": "YQ=="} }""";
        Watch();
        await _watch.WaitForSyncAsync(Token);
        Assert.NotNull(_watch.OwnSecrets("argocd").Find("api.token.ci"));
        Assert.Empty(_watch.Troubles);
        _api.Refuse("gitops-bumper-secret");
        await Eventually.HoldsAsync(() => _watch.OwnSecrets("argocd").Find("api.token.ci") is null);
        Assert.Contains("no right", Assert.Single(_watch.Troubles), StringComparison.Ordinal);
        _api.Allow("gitops-bumper-secret");
        await Eventually.HoldsAsync(() => _watch.Troubles.Count == 0 && _watch.OwnSecrets("argocd").Find("api.token.ci") is not null);
    }

    [Fact]
    public async Task Nobody_need_let_the_bot_see_its_secrets()
    {
        await StartAsync("gitops-bumper-secret", "argocd-image-updater-secret");
        await _watch.WaitForSyncAsync(Token);
        Assert.Empty(_watch.NotReady);
    }

    [Fact]
    public async Task One_namespace_of_Applications_that_falls_silent_does_not_end_the_work_for_the_others()
    {
        await StartAsync();
        await _watch.WaitForSyncAsync(Token);
        var before = _time.GetTimestamp();
        _api.Refuse("namespaces/a/applications");
        while (_time.GetElapsedTime(before) < TimeSpan.FromMinutes(10))
            await _api.RefusalAsync();

        Assert.Single(_watch.Troubles);
        Assert.Empty(_watch.NotReady);
    }

    private async Task StartAsync(params string[] refused)
    {
        _api = await GuardedApi.StartAsync(refused);
        Watch();
    }

    private void Watch()
    {
        var settings = new BumperSettings { Kubernetes = new KubernetesSection { Namespaces = ["a", "b"] } };
        _watch = new ClusterWatch(_api.Connection, settings, _time, NullLoggerFactory.Instance);
        _running = _watch.RunAsync(_stop.Token);
    }
}
