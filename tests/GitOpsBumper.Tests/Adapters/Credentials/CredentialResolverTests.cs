using System.Text;
using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Registries;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Adapters.Credentials;

public sealed class CredentialResolverTests : IDisposable
{
    private static readonly NamespacedName Application = new("argocd", "web");
    private static readonly RepositoryName Repository = Asking.Repository("ghcr.io/team/web");

    private readonly Dictionary<string, Dictionary<string, string>> _secrets = new(StringComparer.Ordinal);
    private readonly CredentialCache _cache = new(TimeProvider.System);
    private int _lookups;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pullsecret:argocd/docker")]
    [InlineData("pullsecret:argocd/old")]
    [InlineData("secret:argocd/field#creds")]
    [InlineData("env:REGISTRY_SECRET")]
    public async Task A_credential_is_found_where_the_reference_says(string reference)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes("puller:s3:cret"));
        _secrets["argocd/docker"] = new() { [".dockerconfigjson"] = $$$"""{"auths": {"ghcr.io": {"auth": "{{{auth}}}"} } }""" };
        _secrets["argocd/old"] = new() { [".dockercfg"] = $$$"""{"ghcr.io": {"auth": "{{{auth}}}"} }""" };
        _secrets["argocd/field"] = new() { ["creds"] = "puller:s3:cret\n" };

        var found = await Open().ResolveAsync(Application, Reference(reference), Repository, Token);

        Assert.Equal(new FoundCredential(new UserCredential("puller", new Secret("s3:cret")), reference), found);
    }

    [Theory]
    [InlineData("pullsecret:argocd/none", "there is no secret argocd/none")]
    [InlineData("secret:argocd/none#creds", "there is no secret argocd/none")]
    [InlineData("pullsecret:argocd/field", "secret argocd/field has neither a field .dockerconfigjson nor .dockercfg, it is no pull secret")]
    [InlineData("pullsecret:argocd/broken", "secret argocd/broken: the docker configuration is not JSON")]
    [InlineData("pullsecret:argocd/other", "secret argocd/other has no entry for ghcr.io/team/web")]
    [InlineData("secret:argocd/field#password", "secret argocd/field has no field 'password', it has creds")]
    [InlineData("secret:argocd/field#creds", "field 'creds' of secret argocd/field is not <user>:<password>")]
    [InlineData("env:NOTHING", "environment variable NOTHING is not set, it should hold <user>:<password>")]
    [InlineData("env:EMPTY", "environment variable EMPTY is not set")]
    [InlineData("env:BARE", "environment variable BARE is not <user>:<password>")]
    [InlineData("ext:/scripts/login", "credential ext:/scripts/login is a program, and programs are run only from the folder that --scripts-dir names; it is not set")]
    [InlineData("secret:kube-system/admin#token", "secret 'kube-system/admin' is in another namespace than the Application; allowed are secrets in argocd")]
    public async Task What_is_missing_is_named_and_never_shown(string reference, string sentence)
    {
        _secrets["argocd/field"] = new() { ["creds"] = "s3cret" };
        _secrets["argocd/broken"] = new() { [".dockerconfigjson"] = "s3cret" };
        _secrets["argocd/other"] = new() { [".dockerconfigjson"] = """{"auths":{"quay.io":{"username":"a","password":"s3cret"}}}""" };
        _secrets["kube-system/admin"] = new() { ["token"] = "a:s3cret" };

        var failure = await Assert.ThrowsAsync<CredentialException>(() => Open().ResolveAsync(Application, Reference(reference), Repository, Token));

        Assert.StartsWith(sentence, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_pull_secret_the_registry_says_and_else_nobody()
    {
        _secrets["registries/ghcr"] = new() { ["creds"] = "bot:token" };

        Assert.Equal("bot", (await Open(Reference("secret:registries/ghcr#creds")).ResolveAsync(Application, null, Repository, Token)).Credential?.Username);
        Assert.Equal(new FoundCredential(null, "anonymous"), await Open().ResolveAsync(Application, null, Repository, Token));
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("*")]
    public async Task Namespaces_can_be_shared_one_by_one_or_all(string allowed)
    {
        _secrets["shared/pull"] = new() { ["creds"] = "bot:token" };

        Assert.NotNull((await Open(allowed: allowed).ResolveAsync(Application, Reference("secret:shared/pull#creds"), Repository, Token)).Credential);
    }

    [Fact]
    public async Task A_secret_is_looked_up_once_per_cycle()
    {
        _secrets["argocd/field"] = new() { ["creds"] = "bot:token" };
        var resolver = Open();
        for (var count = 0; count < 10; count++)
            await resolver.ResolveAsync(Application, Reference("secret:argocd/field#creds"), Repository, Token);

        Assert.Equal(1, _lookups);
    }

    [Fact]
    public async Task A_secret_that_was_refused_is_looked_up_once_more_and_used_when_it_has_changed()
    {
        _secrets["argocd/field"] = new() { ["creds"] = "bot:old" };
        var reference = Reference("secret:argocd/field#creds");
        var resolver = Open();
        var refused = (await resolver.ResolveAsync(Application, reference, Repository, Token)).Credential!;
        _secrets["argocd/field"] = new() { ["creds"] = "bot:new" };

        var renewed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => resolver.RenewAsync(Application, reference, Repository, refused, Token)));

        Assert.All(renewed, found => Assert.Equal("new", found?.Credential?.Password.Reveal()));
        Assert.Equal(2, _lookups);
        Assert.Equal("new", (await resolver.ResolveAsync(Application, reference, Repository, Token)).Credential?.Password.Reveal());
        _secrets["argocd/field"] = new() { ["creds"] = "bot:newer" };
        Assert.Null(await resolver.RenewAsync(Application, reference, Repository, renewed[0]!.Credential!, Token));
        Assert.Equal(2, _lookups);
    }

    [Fact]
    public async Task A_pull_secret_that_was_refused_is_read_anew_for_every_registry_in_it()
    {
        static Dictionary<string, string> Secret(string password) => new() { [".dockerconfigjson"] = $$$"""{"auths":{"ghcr.io":{"username":"bot","password":"{{{password}}}"},"quay.io":{"username":"bot","password":"{{{password}}}"} } }""" };
        _secrets["argocd/pull"] = Secret("old");
        var reference = Reference("pullsecret:argocd/pull");
        var resolver = Open();
        var refused = (await resolver.ResolveAsync(Application, reference, Repository, Token)).Credential!;
        _secrets["argocd/pull"] = Secret("new");

        Assert.Equal("new", (await resolver.RenewAsync(Application, reference, Repository, refused, Token))?.Credential?.Password.Reveal());
        Assert.Equal("new", (await resolver.ResolveAsync(Application, reference, Asking.Repository("quay.io/team/web"), Token)).Credential?.Password.Reveal());
        Assert.Equal(2, _lookups);
    }

    [Theory]
    [InlineData("secret:argocd/field#creds", 2)]
    [InlineData("env:REGISTRY_SECRET", 0)]
    public async Task What_has_not_changed_is_not_tried_again(string text, int lookups)
    {
        _secrets["argocd/field"] = new() { ["creds"] = "bot:old" };
        var resolver = Open();
        var refused = (await resolver.ResolveAsync(Application, Reference(text), Repository, Token)).Credential!;

        Assert.Null(await resolver.RenewAsync(Application, Reference(text), Repository, refused, Token));
        Assert.Equal(lookups, _lookups);
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(60, 1)]
    public async Task A_program_is_run_once_per_cycle_or_for_as_long_as_its_password_lasts(int? minutes, int runs)
    {
        using var folder = new TemporaryFolder();
        var program = await ScriptFile.WriteAsync(Path.Combine(folder.Path, "scripts", "login"), $"echo run >> {folder.Path}/count; echo bot:s3cret");
        var lifetime = minutes is { } number ? TimeSpan.FromMinutes(number) : default(TimeSpan?);
        for (var cycle = 0; cycle < 3; cycle++)
        {
            var resolver = new CredentialResolver(new CredentialSources
            {
                Secrets = (_, _) => default,
                OfRegistry = repository => new RegistryAccount(repository.Registry, Reference($"ext:{program}"), lifetime),
                Programs = new CredentialPrograms(new ProcessRunner(TimeProvider.System)) { Folder = Path.Combine(folder.Path, "scripts") },
                Cache = _cache,
            });
            var found = await Task.WhenAll(Enumerable.Range(0, 30).Select(image => resolver.ResolveAsync(Application, null, Asking.Repository($"ghcr.io/team/web-{image}"), Token)));
            Assert.All(found, credential => Assert.Equal($"ext:{program}", credential.Source));
        }

        Assert.Equal(runs, File.ReadAllLines(Path.Combine(folder.Path, "count")).Length);
    }

    public void Dispose() => _cache.Dispose();

    private static CredentialReference Reference(string text) =>
        CredentialReference.TryParse(text, out var reference, out var problem) ? reference : throw new InvalidOperationException(problem);

    private CredentialResolver Open(CredentialReference? ofRegistry = null, params string[] allowed) => new(new CredentialSources
    {
        Secrets = (name, _) =>
        {
            Interlocked.Increment(ref _lookups);
            return ValueTask.FromResult(
                _secrets.TryGetValue(name.ToString(), out var fields) ? new KubernetesSecret(name, "Opaque", new Dictionary<string, string>(StringComparer.Ordinal), fields) : null);
        },
        Environment = name => name switch { "REGISTRY_SECRET" => "puller:s3:cret", "EMPTY" => "", "BARE" => "s3cret", _ => null },
        OfRegistry = repository => new RegistryAccount(repository.Registry, ofRegistry, null),
        Programs = new CredentialPrograms(new ProcessRunner(TimeProvider.System)),
        Cache = _cache,
        AllowedVariables = new HashSet<string>(["REGISTRY_SECRET", "NOTHING", "EMPTY", "BARE"], StringComparer.Ordinal),
        AllowedNamespaces = allowed,
    });
}
