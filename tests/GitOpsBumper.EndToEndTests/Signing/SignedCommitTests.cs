using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Signing;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Git;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Signing;

/// <summary>Signed commits as git sees them.</summary>
public sealed class SignedCommitTests(World world) : IDisposable
{
    private readonly Clones _clones = new();
    private readonly SigningKeys _keys = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _clones.Dispose();
        _keys.Dispose();
    }

    [Theory]
    [InlineData("ed25519", false, 3)]
    [InlineData("rsa", true, 1)]
    [InlineData("ecdsa", false, 1)]
    // More than stay loose.
    [InlineData("ed25519", false, 120)]
    public async Task Git_verifies_each_commit_that_is_signed_with_ssh(string type, bool pem, int count)
    {
        var file = await _keys.CreateSshAsync(type, pem: pem);
        Assert.True(SigningKey.TryParseSsh(await File.ReadAllTextAsync(file, Token), out var key, out var problem), problem);
        await WriteAsync(await RepositoryAsync(), key, count);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(120)]
    public async Task Git_verifies_each_commit_that_is_signed_with_an_exported_key(int count) => await WriteAsync(await RepositoryAsync(), await ExportedAsync(), count);

    [Theory]
    [InlineData("", "")]
    [InlineData("0x", "")]
    [InlineData("", "!")]
    public async Task Git_verifies_each_commit_that_is_signed_with_a_key_of_gpg(string before, string behind) =>
        await WriteAsync(await RepositoryAsync(), new SigningKey.OpenPgpId(before + (await _keys.CreateGpgAsync("one"))[^16..] + behind), 2);

    [Fact]
    public async Task Git_verifies_in_a_repository_of_sha_256_too()
    {
        var repository = await (await world.GitAsync()).CreateRepositoryAsync($"open/sign/{Guid.NewGuid():N}", Token);
        Directory.Delete(repository.Folder, recursive: true);
        await GitCommand.RunAsync("/", ["init", "--quiet", "--bare", "--initial-branch=main", "--object-format=sha256", repository.Folder], Token);
        foreach (var setting in new[] { "http.receivepack", "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant" })
            await repository.ConfigureAsync(setting, "true", Token);
        await Clones.CommitAsync(repository, ("a.yaml", "0\n"));
        await WriteAsync(repository, await ExportedAsync(), 3);
    }

    [Fact]
    public async Task A_signed_commit_is_the_unsigned_one_and_a_signature()
    {
        var (signed, unsigned) = (await RepositoryAsync(), await RepositoryAsync());
        await WriteAsync(signed, await ExportedAsync(), 1);
        await using var clone = await _clones.OpenAsync(unsigned);
        await Clones.WriteAsync(clone, Commit(0));

        var text = await signed.GitAsync(["cat-file", "commit", "main"], Token);
        var lines = text.Split('\n').ToList();
        var start = lines.FindIndex(line => line.StartsWith("gpgsig ", StringComparison.Ordinal));
        var end = lines.FindIndex(start + 1, line => !line.StartsWith(' '));
        lines.RemoveRange(start, end - start);
        Assert.Equal(await unsigned.GitAsync(["cat-file", "commit", "main"], Token), string.Join('\n', lines));
    }

    [Fact]
    public async Task A_key_that_takes_the_place_of_another_counts_from_then_on_and_the_old_one_is_put_away()
    {
        using var signers = NewSigners();
        var (first, second) = (await ExportedAsync("first"), await ExportedAsync("second"));
        var before = Folders();
        var (old, again) = (await signers.OpenAsync(first, Token), await signers.OpenAsync(first with { }, Token));
        Assert.Single(Folders().Except(before));
        using var next = await signers.OpenAsync(second, Token);
        Assert.Equal(2, Folders().Except(before).Count());
        again.Dispose();
        again.Dispose();
        Assert.Equal(2, Folders().Except(before).Count());
        old.Dispose();
        Assert.Single(Folders().Except(before));

        static IEnumerable<string> Folders() => new[] { "/dev/shm", Path.GetTempPath() }.Where(Directory.Exists).SelectMany(folder => Directory.GetDirectories(folder, "bumper-sign-*")).ToList();
    }

    [Fact]
    public async Task A_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it()
    {
        var fingerprint = await _keys.CreateGpgAsync("locked", "very secret");
        var message = await RefusedAsync(await ParseAsync(await _keys.ExportAsync("very secret", fingerprint)));
        Assert.StartsWith($"commits cannot be signed: key {fingerprint} has a passphrase, which nobody is there to type", message, StringComparison.Ordinal);
        // The agent that made the key still knows the passphrase.
        await ChildProcess.RunAsync("gpgconf", ["--homedir", _keys.GpgHome, "--kill", "gpg-agent"], new RunOptions(), Token);
        Assert.Contains("has a passphrase", await RefusedAsync(new SigningKey.OpenPgpId(fingerprint)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_named_with_where_it_was_looked_for()
    {
        await _keys.CreateGpgAsync("other");
        Assert.StartsWith(
            $"commits cannot be signed: there is no secret key 0123456789ABCDEF in GNUPGHOME '{_keys.GpgHome}' (", await RefusedAsync(new SigningKey.OpenPgpId("0123456789ABCDEF")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_two_keys_does_not_say_which_one_is_meant() => Assert.Equal(
        "commits cannot be signed: there are 2 secret keys in the key's file, one is needed",
        await RefusedAsync(await ParseAsync(await _keys.ExportAsync("", await _keys.CreateGpgAsync("one"), await _keys.CreateGpgAsync("two")))));

    [Fact]
    public async Task A_damaged_key_is_told_with_what_the_program_says()
    {
        Assert.True(SigningKey.TryParseOpenPgp("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nbm9uZQ==\n-----END PGP PRIVATE KEY BLOCK-----\n", out var key, out _));
        Assert.StartsWith("commits cannot be signed: gpg finds no secret key in the key's file (", await RefusedAsync(key), StringComparison.Ordinal);
        Assert.True(SigningKey.TryParseSsh("-----BEGIN EC PRIVATE KEY-----\nbm9uZQ==\n-----END EC PRIVATE KEY-----\n", out key, out _));
        Assert.StartsWith("commits cannot be signed: ssh-keygen does not sign with the key (", await RefusedAsync(key), StringComparison.Ordinal);
    }

    private async Task<HostedRepository> RepositoryAsync() => await Clones.RepositoryAsync(await world.GitAsync(), $"open/sign/{Guid.NewGuid():N}", ("a.yaml", "0\n"));

    /// <summary>Makes so many signed commits, pushes them at once and has git verify them: them, and not the one before them.</summary>
    private async Task WriteAsync(HostedRepository repository, SigningKey key, int count)
    {
        using var signers = NewSigners();
        using var signing = await signers.OpenAsync(key, Token);
        await using var clone = await _clones.OpenAsync(repository);
        var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];
        var made = await clone.CommitAsync(Clones.Main, tip, [.. Enumerable.Range(0, count).Select(Commit)], Clones.Identity with { Signing = signing }, Clones.When, Token);

        Assert.Equal(new PushOutcome.Pushed(), (await clone.PushAsync([new RefUpdate(Clones.Main, tip, made[^1])], Token))[Clones.Main]);
        Assert.Equal(1, await repository.CountPushesAsync(Token));
        Assert.Equal(made.Select(id => id.Hex).Reverse(), (await repository.GitAsync(["rev-list", $"{tip}..main"], Token)).Split('\n'));
        Assert.Equal(count, await _keys.CountGoodAsync(repository));
        Assert.Equal($"{count}\n", await repository.ReadAsync("main", "a.yaml", Token));
        await repository.GitAsync(["fsck", "--strict", "--no-dangling"], Token);
        // The next cycle has nothing to fetch.
        Assert.Equal(made[^1], (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main]);
    }

    private static NewCommit Commit(int index) => Clones.Commit($"Commit {index} für web\n\nKey: value\n", ("a.yaml", $"{index + 1}\n"));

    private CommitSigners NewSigners() => new(TimeSpan.FromMinutes(1), name => name == "GNUPGHOME" ? _keys.GpgHome : null, TimeProvider.System);

    private async Task<SigningKey> ExportedAsync(string name = "one") => await ParseAsync(await _keys.CreateGpgFileAsync(name));

    private static async Task<SigningKey> ParseAsync(string file)
    {
        Assert.True(SigningKey.TryParseOpenPgp(await File.ReadAllTextAsync(file, Token), out var key, out var problem), problem);
        return key;
    }

    private async Task<string> RefusedAsync(SigningKey key)
    {
        using var signers = NewSigners();
        return (await Assert.ThrowsAsync<GitException>(() => signers.OpenAsync(key, Token))).Message;
    }
}
