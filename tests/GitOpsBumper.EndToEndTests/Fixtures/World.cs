using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Helm;
using GitOpsBumper.EndToEndTests.PullRequests.GitHub;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;
using GitOpsBumper.EndToEndTests.Servers.Ssh;

[assembly: AssemblyFixture(typeof(World))]

namespace GitOpsBumper.EndToEndTests.Fixtures;

/// <summary>
/// The servers that the tests of a run share: each starts when the first test asks for it. Tests keep apart by the names of their repositories.
/// A server that is not installed skips the test that asks.
/// </summary>
public sealed class World : IAsyncDisposable
{
    private readonly SharedServer<DockerRegistry> _registry = new(token => DockerRegistry.StartAsync(new DockerRegistryOptions(), TimeProvider.System, token));
    private readonly SharedServer<DockerRegistry> _basicRegistry =
        new(token => DockerRegistry.StartAsync(new DockerRegistryOptions { Account = RegistryAccount }, TimeProvider.System, token));

    private readonly SharedServer<TokenServer> _tokens =
        new(token => TokenServer.StartAsync(new TokenServerOptions { Account = RegistryAccount, RefreshToken = IdentityToken }, TimeProvider.System, token));

    private readonly SharedServer<DockerRegistry> _tokenRegistry;
    private readonly SharedServer<GitHttpServer> _git = new(token => GitHttpServer.StartAsync(TimeProvider.System, token));

    private readonly SharedServer<SshServer> _ssh = new(token => SshServer.StartAsync(TimeProvider.System, token));

    private readonly SharedServer<KubernetesServer> _kubernetes = new(token => KubernetesServer.StartAsync(TimeProvider.System, token));

    private readonly SharedServer<HelmRenderer> _helm = new(HelmRenderer.BuildAsync);

    private readonly SharedServer<GitHubDescription> _gitHub = new(GitHubDescription.StartAsync);

    public World() => _tokenRegistry = new(
        async token => await DockerRegistry.StartAsync(new DockerRegistryOptions { Tokens = await _tokens.GetAsync(token) }, TimeProvider.System, token));

    /// <summary>The account of <see cref="BasicRegistryAsync"/> and <see cref="TokenRegistryAsync"/>.</summary>
    public static BasicAccount RegistryAccount { get; } = new("puller", "s3cret-of-the-registry");

    /// <summary>Of the same account, for <see cref="TokensAsync"/>.</summary>
    public const string IdentityToken = "identity-of-the-puller";

    /// <summary>Everybody may pull and push.</summary>
    public Task<DockerRegistry> RegistryAsync() => OrSkipAsync(_registry);

    /// <summary>Wants <see cref="RegistryAccount"/> at every request.</summary>
    public Task<DockerRegistry> BasicRegistryAsync() => OrSkipAsync(_basicRegistry);

    /// <summary>Wants a token of <see cref="TokensAsync"/>.</summary>
    public Task<DockerRegistry> TokenRegistryAsync() => OrSkipAsync(_tokenRegistry);

    /// <summary>Gives tokens to <see cref="RegistryAccount"/>.</summary>
    public Task<TokenServer> TokensAsync() => OrSkipAsync(_tokens);

    public Task<GitHttpServer> GitAsync() => OrSkipAsync(_git);

    /// <summary>Reaches the repositories of <see cref="GitAsync"/> too.</summary>
    public Task<SshServer> SshAsync() => OrSkipAsync(_ssh);

    /// <summary>An API server with Argo CD's resource definitions; take a namespace of your own.</summary>
    public Task<KubernetesServer> KubernetesAsync() => OrSkipAsync(_kubernetes);

    /// <summary>Renders charts.</summary>
    internal Task<HelmRenderer> HelmAsync() => OrSkipAsync(_helm);

    /// <summary>Holds what is said to GitHub's API against its description.</summary>
    public Task<GitHubDescription> GitHubAsync() => OrSkipAsync(_gitHub);

    /// <summary>The same for tests that do without it where it is missing.</summary>
    public async Task<GitHubDescription?> FindGitHubAsync()
    {
        try
        {
            return await _gitHub.GetAsync(TestContext.Current.CancellationToken);
        }
        catch (ServerMissingException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gitHub.DisposeAsync();
        await _helm.DisposeAsync();
        await _kubernetes.DisposeAsync();
        await _registry.DisposeAsync();
        await _basicRegistry.DisposeAsync();
        await _tokenRegistry.DisposeAsync();
        await _tokens.DisposeAsync();
        await _ssh.DisposeAsync();
        await _git.DisposeAsync();
    }

    private static async Task<T> OrSkipAsync<T>(SharedServer<T> server)
        where T : IAsyncDisposable
    {
        try
        {
            return await server.GetAsync(TestContext.Current.CancellationToken);
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
