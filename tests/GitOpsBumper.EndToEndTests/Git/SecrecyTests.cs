using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Git;

public sealed class SecrecyTests(World world) : IDisposable
{
    private const string Wrong = "hunter2-is-wrong";
    private readonly Clones _clones = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static GitCredential Right => GitCredential.Basic(GitHttpServer.Account.User, GitHttpServer.Account.Password);

    [Theory]
    [InlineData("private")]
    [InlineData("bearer")]
    public async Task Credentials_open_the_repository_and_are_seen_nowhere(string kind)
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), $"{kind}/git/seen", ("a.yaml", "1\n"));
        string[] secrets =
        [
            GitHttpServer.Account.Password, GitHttpServer.BearerToken, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{GitHttpServer.Account.User}:{GitHttpServer.Account.Password}")),
        ];
        using var watch = new ProcessWatch(secrets);
        await using var clone = await _clones.OpenAsync(repository, kind == "private" ? Right : GitCredential.Bearer(GitHttpServer.BearerToken));

        for (var round = 0; round < 3; round++)
            Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", $"{round}\n"))));
        await watch.StopAsync();

        Assert.True(watch.SawGit);
        Assert.Empty(watch.Found);
        foreach (var file in Directory.EnumerateFiles(_clones.CloneFolder, "*", SearchOption.AllDirectories).Where(file => !file.Contains("objects", StringComparison.Ordinal)))
        {
            var text = await File.ReadAllTextAsync(file, Token);
            Assert.DoesNotContain(secrets, secret => text.Contains(secret, StringComparison.Ordinal));
        }

        Assert.DoesNotContain((await repository.RequestsAsync(Token)).Select(request => request.Status), status => status == 401);
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("bearer")]
    [InlineData("none")]
    public async Task Refused_credentials_are_said_to_be_refused_and_not_shown(string kind)
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), $"private/git/refused-{kind}", ("a.yaml", "1\n"));
        GitCredential? credential = kind switch { "basic" => GitCredential.Basic("robot", Wrong), "bearer" => GitCredential.Bearer(Wrong), _ => null };
        await using var clone = await _clones.OpenAsync(repository, credential);

        var failure = await Assert.ThrowsAsync<GitException>(() => clone.FetchAsync([null], Token));

        Assert.Equal(GitFailure.AuthenticationFailed, failure.Failure);
        Assert.StartsWith($"could not fetch from {repository.Url}: the server refuses the credentials, or there are none for it", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"robot:{Wrong}")), failure.ToString(), StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task A_repository_that_does_not_exist_is_said_not_to()
    {
        var server = await world.GitAsync();
        var url = new Uri(server.Url, "open/git/nowhere.git").ToString();
        await using var clone = await _clones.OpenAsync(url);

        var failure = await Assert.ThrowsAsync<GitException>(() => clone.FetchAsync([null], Token));

        Assert.Equal(GitFailure.RepositoryNotFound, failure.Failure);
        Assert.StartsWith($"could not fetch from {url}: the repository does not exist, or is not visible with these credentials", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_said_not_to()
    {
        await using var clone = await _clones.OpenAsync("/nowhere/at/all.git");

        Assert.Equal(GitFailure.RepositoryNotFound, (await Assert.ThrowsAsync<GitException>(() => clone.FetchAsync([null], Token))).Failure);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_worth_another_try()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var clone = await _clones.OpenAsync($"http://127.0.0.1:{port}/a.git");

        var failure = await Assert.ThrowsAsync<GitException>(() => clone.FetchAsync([null], Token));

        Assert.Equal(GitFailure.Network, failure.Failure);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var store = _clones.NewStore(TimeSpan.FromSeconds(1));
        var url = Clones.Url($"http://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}/a.git");
        await using var clone = await store.OpenAsync(new GitRemote(url, Right), Token);

        var failure = await Assert.ThrowsAsync<GitException>(() => clone.FetchAsync([null], Token));

        Assert.Equal(GitFailure.Timeout, failure.Failure);
        Assert.Contains("took longer than 1 s and was ended", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _clones.Dispose();
}
