using System.CommandLine;
using GitOpsBumper.Adapters.Git.Signing;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Configuration;

public sealed class IdentitySettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_signed_or_signed_off_unless_somebody_says_so()
    {
        var git = Read([]);
        Assert.Equal((null, null, false, null), (git.AuthorUser, git.AuthorEmail, git.SignsOff, git.Signing));
    }

    [Fact]
    public void The_keys_of_image_updater_count()
    {
        var git = Read([("git.commit-sign-off", "true"), ("git.commit-signing-method", "ssh"), ("git.commit-signing-key", "/app/.ssh/key")]);
        Assert.True(git.SignsOff);
        Assert.Equal(new SigningSection(SigningMethod.Ssh, "/app/.ssh/key", "'git.commit-signing-key' of config map argocd/argocd-image-updater-config"), git.Signing);
    }

    [Fact]
    public void The_variables_of_image_updater_count()
    {
        _environment["GIT_COMMIT_SIGN_OFF"] = "true";
        _environment["GIT_COMMIT_SIGNING_KEY"] = "0123456789ABCDEF";
        Assert.Equal((true, SigningMethod.OpenPgp, "GIT_COMMIT_SIGNING_KEY"), (Read([]).SignsOff, Read([]).Signing!.Method, Read([]).Signing!.Origin));
        _environment["GIT_COMMIT_SIGNING_METHOD"] = "ssh";
        Assert.Equal(SigningMethod.Ssh, Read([]).Signing!.Method);
        Assert.Equal(SigningMethod.OpenPgp, Read([], "--git-commit-signing-method", "openpgp").Signing!.Method);
    }

    [Theory]
    [InlineData("--git-commit-signing-method 'pgp' is not known, allowed: openpgp, ssh", "--git-commit-signing-key", "0123456789ABCDEF", "--git-commit-signing-method", "pgp")]
    [InlineData("--git-commit-signing-method is given without --git-commit-signing-key; commits are signed with a key", "--git-commit-signing-method", "ssh")]
    [InlineData("--git-author-user 'a<b' cannot stand in a commit: it must not be blank nor contain '<', '>' or line breaks", "--git-author-user", "a<b")]
    [InlineData("--git-author-email ' ' cannot stand in a commit: it must not be blank nor contain '<', '>' or line breaks", "--git-author-email", " ")]
    public void What_is_wrong_is_told(string expected, params string[] args)
    {
        Load([], out var problems, args);
        Assert.Equal(expected, Assert.Single(problems));
    }

    [Fact]
    public void A_key_of_gpg_is_known_by_its_id_and_everything_else_is_a_file()
    {
        Assert.Equal(new SigningKey.OpenPgpId("0123456789ABCDEF"), Key(SigningMethod.OpenPgp, "0123456789ABCDEF"));
        var file = _folder.Write("key.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nYQ==\n-----END PGP PRIVATE KEY BLOCK-----\n");
        Assert.IsType<SigningKey.OpenPgp>(Key(SigningMethod.OpenPgp, file));
    }

    [Fact]
    public void A_key_that_is_replaced_is_read_anew()
    {
        var file = _folder.Write("key.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nYQ==\n-----END PGP PRIVATE KEY BLOCK-----\n");
        var first = Key(SigningMethod.OpenPgp, file);
        Assert.Equal(first, Key(SigningMethod.OpenPgp, file));
        _folder.Write("key.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nYg==\n-----END PGP PRIVATE KEY BLOCK-----\n");
        Assert.NotEqual(first, Key(SigningMethod.OpenPgp, file));
    }

    [Fact]
    public void A_file_that_is_no_key_is_told_with_the_setting()
    {
        Assert.Equal("ORIGIN: '/nowhere' does not exist or is not a file; allowed is the path of a private key for ssh", Problem(SigningMethod.Ssh, "/nowhere"));
        Assert.Equal(
            "ORIGIN: 'bot@example.com' does not exist or is not a file; allowed is the path of an exported secret key, or its id or fingerprint in 8 to 64 hex digits", Problem(SigningMethod.OpenPgp, "bot@example.com"));
        var file = _folder.Write("key", "nothing");
        Assert.StartsWith($"ORIGIN: '{file}' is no private key; ", Problem(SigningMethod.Ssh, file), StringComparison.Ordinal);
        Assert.StartsWith($"ORIGIN: '{file}' is no secret key in ASCII", Problem(SigningMethod.OpenPgp, file), StringComparison.Ordinal);
        file = _folder.Write("large", new string('x', 2_000_000));
        Assert.Equal($"ORIGIN: '{file}' has 2000000 bytes, a key has at most 1048576", Problem(SigningMethod.Ssh, file));
    }

    private static SigningKey Key(SigningMethod method, string key)
    {
        Assert.True(new SigningSection(method, key, "ORIGIN").TryRead(out var found, out var problem), problem);
        return found;
    }

    private static string Problem(SigningMethod method, string key)
    {
        Assert.False(new SigningSection(method, key, "ORIGIN").TryRead(out _, out var problem));
        return problem;
    }

    private GitSection Read((string Key, string Value)[] imageUpdater, params string[] args)
    {
        var git = Load(imageUpdater, out var problems, args);
        Assert.Empty(problems);
        return git;
    }

    private GitSection Load((string Key, string Value)[] imageUpdater, out IReadOnlyList<string> problems, params string[] args)
    {
        var command = new RootCommand();
        foreach (var setting in SettingDefinitions.Cycle)
            command.Add(setting.CreateOption());
        var map = new KubernetesConfigMap(
            new NamespacedName("argocd", ConfigMapLayer.ImageUpdaterName), imageUpdater.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));
        var layer = ConfigMapLayer.Read([map], "argocd");
        Assert.Empty(layer.Notes);
        return new SettingsLoader(command.Parse(args), _environment.GetValueOrDefault).Load(layer, null, out problems).Git;
    }
}
