using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Registries;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Adapters.Credentials;

public sealed class MachineCredentialsTests : IDisposable
{
    private static readonly NamespacedName Application = new("argocd", "web");

    private readonly TemporaryFolder _folder = new();
    private readonly CredentialCache _cache = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Count => Path.Combine(_folder.Path, "count");

    [Fact]
    public async Task A_login_in_the_file_counts_where_nobody_names_a_credential()
    {
        Configure("""{"auths":{"ghcr.io":{"auth":"YTpi"}}}""");

        Assert.Equal(new FoundCredential(new UserCredential("a", new Secret("b")), "docker config ~/.docker/config.json"), await FindAsync(Open(), "ghcr.io/team/web"));
        Assert.Equal(new FoundCredential(null, "anonymous"), await FindAsync(Open(), "quay.io/team/web"));
    }

    [Fact]
    public async Task A_helper_is_asked_once_for_each_registry_with_the_server_on_its_input()
    {
        Configure("""{"credsStore":"test","auths":{"quay.io":{"auth":"YTpi"}}}""");
        await HelperAsync("read server; echo \"$1 $server\" >> " + Count + "; case $server in quay.io) echo 'credentials not found in native keychain'; exit 1;; esac; printf '{\"ServerURL\":\"%s\",\"Username\":\"bot\",\"Secret\":\"s3cret\"}' $server");
        var resolver = Open();

        foreach (var image in new[] { "nginx", "team/web", "ghcr.io/team/web", "ghcr.io/team/api" })
            Assert.Equal(new FoundCredential(new UserCredential("bot", new Secret("s3cret")), "docker config ~/.docker/config.json (credential helper test)"), await FindAsync(resolver, image));
        // What the store does not know may stand in the file.
        Assert.Equal("a", (await FindAsync(resolver, "quay.io/web")).Credential?.Username);

        Assert.Equal(["get https://index.docker.io/v1/", "get ghcr.io", "get quay.io"], await File.ReadAllLinesAsync(Count, Token));
    }

    [Theory]
    [InlineData("""printf '{"Username":"<token>","Secret":"t0ken"}'""", "", "t0ken")]
    [InlineData("""printf '{"Username":"","Secret":""}'""", null, null)]
    [InlineData("echo 'credentials not found in native keychain' >&2; exit 1", null, null)]
    public async Task A_helper_may_have_a_token_or_nothing(string body, string? user, string? secret)
    {
        Configure("""{"credHelpers":{"ghcr.io":"test"}}""");
        await HelperAsync(body);

        var found = await FindAsync(Open(), "ghcr.io/team/web");

        Assert.Equal(user, found.Credential?.Username);
        Assert.Equal(secret, found.Credential?.Password.Reveal());
        Assert.Null(found.Note);
    }

    [Theory]
    [InlineData("echo s3cret; echo 'keychain is locked' >&2; exit 2", "which ended with exit code 2 for ghcr.io: keychain is locked")]
    [InlineData("echo s3cret", "which did not print JSON with Username and Secret for ghcr.io")]
    [InlineData("""echo '{"Secret":"s3cret"}'""", "which did not print JSON with Username and Secret for ghcr.io")]
    [InlineData("while true; do echo s3cret-s3cret-s3cret-s3cret-s3cret; done", "printed more than 65536 bytes")]
    [InlineData(null, "which is not on the PATH; --docker-config none does without")]
    public async Task A_helper_that_is_named_for_the_registry_has_to_answer_and_a_store_for_all_need_not(string? body, string sentence)
    {
        if (body is not null)
            await HelperAsync(body);
        Configure("""{"credHelpers":{"ghcr.io":"test"}}""");
        var failure = await Assert.ThrowsAsync<CredentialException>(() => FindAsync(Open(), "ghcr.io/team/web"));
        Assert.StartsWith("docker config ~/.docker/config.json names the credential helper docker-credential-test", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(sentence, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);

        Configure("""{"credsStore":"test"}""");
        var found = await FindAsync(Open(), "ghcr.io/team/web");
        Assert.Null(found.Credential);
        Assert.Equal(failure.Message, found.Note);
    }

    [Theory]
    [InlineData("hunter2", "docker config ~/.docker/config.json is not used: it is not JSON: line 1 cannot be read")]
    [InlineData("""{"auths":[]}""", "docker config ~/.docker/config.json: 'auths' is not an object")]
    [InlineData(null, null)]
    public async Task A_file_that_cannot_be_read_is_told_and_the_registry_asked_without(string? text, string? problem)
    {
        if (text is not null)
            Configure(text);
        var machine = Machine();
        machine.Read(out var problems);
        Assert.Equal(problem, problems.SingleOrDefault());

        Assert.Equal(new FoundCredential(null, "anonymous") { Note = problem }, await FindAsync(Open(), "ghcr.io/team/web"));
    }

    [Fact]
    public async Task A_login_that_was_refused_is_looked_up_again_once()
    {
        Configure("""{"auths":{"ghcr.io":{"username":"bot","password":"old"}}}""");
        var resolver = Open();
        var refused = (await FindAsync(resolver, "ghcr.io/team/web")).Credential!;
        Configure("""{"auths":{"ghcr.io":{"username":"bot","password":"new"}}}""");

        var renewed = await resolver.RenewAsync(Application, null, Asking.Repository("ghcr.io/team/web"), refused, Token);
        Assert.Equal("new", renewed?.Credential?.Password.Reveal());
        Configure("""{"auths":{"ghcr.io":{"username":"bot","password":"newer"}}}""");
        Assert.Null(await resolver.RenewAsync(Application, null, Asking.Repository("ghcr.io/team/web"), renewed!.Credential!, Token));
    }

    [Theory]
    [InlineData("/home/me", null, "/home/me/.docker/config.json")]
    [InlineData("/home/me", "/etc/docker", "/etc/docker/config.json")]
    [InlineData(null, null, null)]
    public void The_file_is_where_docker_has_it(string? home, string? folder, string? path) =>
        Assert.Equal(path, MachineCredentials.UsualPath(name => name == "HOME" ? home : folder));

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    private static Task<FoundCredential> FindAsync(CredentialResolver resolver, string image) => resolver.ResolveAsync(Application, null, Asking.Repository(image), Token);

    private void Configure(string json) => _folder.Write(".docker/config.json", json);

    private Task<string> HelperAsync(string body) => ScriptFile.WriteAsync(Path.Combine(_folder.Path, "bin", "docker-credential-test"), body);

    private MachineCredentials Machine() => new(
        Path.Combine(_folder.Path, ".docker", "config.json"),
        new ProcessRunner(TimeProvider.System),
        name => name == "HOME" ? _folder.Path : $"relative:{_folder.Path}/bin:/usr/bin:/bin");

    private CredentialResolver Open() => new(new CredentialSources
    {
        Secrets = (_, _) => default,
        Programs = new CredentialPrograms(new ProcessRunner(TimeProvider.System)),
        Cache = _cache,
        Machine = Machine(),
    });
}
