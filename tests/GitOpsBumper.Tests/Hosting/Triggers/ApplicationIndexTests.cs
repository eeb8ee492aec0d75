using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting.Triggers;
using GitOpsBumper.Tests.Adapters.Registries;
using GitOpsBumper.Tests.Cluster;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Hosting.Triggers;

public sealed class ApplicationIndexTests : IAsyncDisposable
{
    private const string Web = """
        {
          "apiVersion": "argoproj.io/v1alpha1",
          "kind": "Application",
          "metadata": {"namespace": "argocd", "name": "web", "uid": "1", "resourceVersion": "5", "annotations": {"argocd-image-updater.argoproj.io/image-list": "registry.example.com/team/web"} },
          "spec": {"source": {"repoURL": "https://git.example.com/team/apps", "path": "web", "targetRevision": "main"} }
        }
        """;

    private readonly LiveConfigurationStage _stage = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _stage.Dispose();
    }

    [Theory]
    [InlineData("https://git.example.com/team/apps.git", "git@git.example.com:team/apps.git")]
    [InlineData("https://git.example.com/team/apps", "ssh://git@git.example.com/team/apps.git")]
    [InlineData("https://git.example.com/Team/Apps.git", "https://GIT.example.com/team/apps/")]
    [InlineData("https://git.example.com/team/apps.git", "ssh://git@git.example.com:7999/team/apps.git")]
    [InlineData("http://git.example.com:8080/team/apps.git", "https://git.example.com/team/apps.git")]
    public void The_addresses_of_one_repository_have_a_name_in_common(string one, string other) => Assert.Equal(KeyOf(one), KeyOf(other));

    [Theory]
    [InlineData("https://git.example.com/team/apps.git", "https://git.example.com/team/apps2.git")]
    [InlineData("https://git.example.com/team/apps.git", "https://git.example.org/team/apps.git")]
    [InlineData("git@git.example.com:7999/apps.git", "https://git.example.com/apps.git")]
    public void Those_of_others_do_not(string one, string other) => Assert.NotEqual(KeyOf(one), KeyOf(other));

    [Fact(Timeout = 60_000)]
    public async Task It_is_made_again_only_when_something_has_changed()
    {
        var api = await GuardedApi.StartAsync();
        api.Applications = [Web];
        var watch = new ClusterWatch(api.Connection, new BumperSettings(), TimeProvider.System, NullLoggerFactory.Instance);
        _running = RunAsync(watch, api);
        await watch.WaitForSyncAsync(TestContext.Current.CancellationToken);
        var index = new ApplicationIndex(watch, _stage.Live);
        var image = Asking.Repository("registry.example.com/team/web");
        var users = index.UsersOf(image);
        Assert.Equal("argocd/web", $"{Assert.Single(users).Application}");
        // A cycle reads all of the configuration again.
        _stage.Take();
        Assert.Same(users, index.UsersOf(image));

        _stage.Take(("app", "other"));
        Assert.Empty(index.UsersOf(image));
        _stage.Take();
        Assert.Equal(users.Select(user => user.Application), index.UsersOf(image).Select(user => user.Application));
        await api.TellAsync("/applications", $$"""{"type":"DELETED","object":{{Web.ReplaceLineEndings("")}} }""");
        await Eventually.HoldsAsync(() => index.UsersOf(image).Count == 0);
    }

    private async Task RunAsync(ClusterWatch watch, GuardedApi api)
    {
        await using (api)
            await watch.RunAsync(_stop.Token);
    }

    private static string KeyOf(string text) => RepositoryUrl.TryParse(text, out var url, out var problem) ? ApplicationIndex.KeyOf(url) : throw new InvalidOperationException(problem);
}
