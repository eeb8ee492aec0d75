using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Signatures;
using GitOpsBumper.Tests.Core.Signatures;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Adapters.Credentials;

/// <summary>Keys come from secrets, variables and a folder; who writes an Application reaches no more of these than the operator allows.</summary>
public sealed class KeyResolverTests : IDisposable
{
    private static readonly NamespacedName Application = new("argocd", "web");

    private readonly CredentialCache _cache = new(TimeProvider.System);
    private readonly TemporaryFolder _folder = new();
    private readonly TestSigner _signer = TestSigner.P256();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cosign:prod")]
    [InlineData("cosign:secret:argocd/keys#pub")]
    [InlineData("cosign:env:KEY")]
    public async Task A_key_is_found_where_it_is_said_to_be(string reference)
    {
        _folder.Write("prod.pub", _signer.PublicPem);
        Assert.Equal(_signer.Keys.Fingerprint, (await Open().ResolveAsync(Application, Reference(reference), Token)).Fingerprint);
    }

    [Theory]
    [InlineData("cosign:missing", "there is no key 'missing': missing.pub is not in the folder of --verify-keys-dir")]
    [InlineData("cosign:wrong", "cosign:wrong names no public key: there is no public key in PEM")]
    [InlineData("cosign:long", "cosign:long names no public key: the text has 65537 characters")]
    [InlineData("cosign:folder", "key 'folder' cannot be read")]
    [InlineData("cosign:secret:argocd/keys#other", "secret argocd/keys has no field 'other'")]
    [InlineData("cosign:secret:argocd/missing#pub", "there is no secret argocd/missing")]
    [InlineData("cosign:secret:team-a/keys#pub", "another namespace")]
    [InlineData("cosign:secret:argocd/keys#password", "names no public key")]
    [InlineData("cosign:env:HOME", "may not be named by annotations")]
    [InlineData("cosign:env:UNSET", "environment variable UNSET is not set")]
    public async Task What_cannot_be_had_is_named_and_not_shown(string reference, string why)
    {
        _folder.Write("wrong.pub", "s3cret");
        _folder.Write("long.pub", new string(' ', 200_000));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "folder.pub"));
        var failure = await Assert.ThrowsAsync<CredentialException>(() => Open().ResolveAsync(Application, Reference(reference), Token));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_folder_there_are_no_named_keys() => Assert.Contains(
        "--verify-keys-dir names their folder",
        (await Assert.ThrowsAsync<CredentialException>(() => Open(hasFolder: false).ResolveAsync(Application, Reference("cosign:prod"), Token))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task A_key_that_one_application_may_read_is_not_lent_to_another()
    {
        var keys = Open();
        await keys.ResolveAsync(Application, Reference("cosign:secret:argocd/keys#pub"), Token);
        await Assert.ThrowsAsync<CredentialException>(() => keys.ResolveAsync(new NamespacedName("team-a", "web"), Reference("cosign:secret:argocd/keys#pub"), Token));
    }

    [Fact]
    public async Task A_mounted_key_is_a_link_and_followed()
    {
        _folder.Write("..data/prod.pub", _signer.PublicPem);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "prod.pub"), Path.Combine("..data", "prod.pub"));
        Assert.Equal(_signer.Keys.Fingerprint, (await Open().ResolveAsync(Application, Reference("cosign:prod"), Token)).Fingerprint);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _cache.Dispose();
        _signer.Dispose();
    }

    private static KeyReference Reference(string text) =>
        KeyReference.TryParse(text, out var reference, out var problem) ? reference : throw new InvalidOperationException(problem);

    private KeyResolver Open(bool hasFolder = true)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["pub"] = _signer.PublicPem, ["password"] = "s3cret" };
        var sources = new CredentialSources
        {
            Secrets = (name, _) => ValueTask.FromResult(name.Name == "keys" ? new KubernetesSecret(name, "Opaque", new Dictionary<string, string>(StringComparer.Ordinal), fields) : null),
            Environment = name => name switch { "KEY" => _signer.PublicPem, "HOME" => "s3cret", _ => null },
            AllowedVariables = new HashSet<string>(["KEY", "UNSET"], StringComparer.Ordinal),
            Programs = new CredentialPrograms(new ProcessRunner(TimeProvider.System)),
            Cache = _cache,
            KeysFolder = hasFolder ? _folder.Path : null,
        };
        return new KeyResolver(new CredentialResolver(sources), sources);
    }
}
