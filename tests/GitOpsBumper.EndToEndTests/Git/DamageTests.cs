using GitOpsBumper.Adapters.Git;
using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Git;

/// <summary>What kills, crashes and bad disks leave in the cache folder.</summary>
public sealed class DamageTests(World world) : IDisposable
{
    private readonly Clones _clones = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("truncated")]
    [InlineData("garbled")]
    [InlineData("packless")]
    [InlineData("indexless")]
    [InlineData("refless")]
    [InlineData("configless")]
    [InlineData("headless")]
    [InlineData("shallowless")]
    public async Task A_damaged_clone_is_said_to_be_damaged_or_heals(string kind)
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), $"open/git/damage-{kind}", ("folder/a.yaml", "1\n"));
        await using (var clone = await _clones.OpenAsync(repository))
            await ReadAsync(clone);
        Damage(kind);

        await using var again = await _clones.OpenAsync(repository);
        try
        {
            Assert.Equal("1\n", await ReadAsync(again));
            Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(again, Clones.Commit("Ours", ("folder/a.yaml", "1\n"))));
        }
        catch (GitException failure)
        {
            Assert.True(failure.Failure == GitFailure.CorruptClone, failure.Message);
            Assert.Contains(repository.Url, failure.Message, StringComparison.Ordinal);
        }

        await again.ResetAsync(Token);
        Assert.Equal("1\n", await ReadAsync(again));
        Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(again, Clones.Commit("Ours", ("folder/a.yaml", "2\n"))));
    }

    [Fact]
    public async Task A_folder_that_the_clone_lost_is_not_taken_for_one_that_was_deleted()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/lost", ("folder/deep/a.yaml", "1\n"));
        await using var clone = await _clones.OpenAsync(repository);
        await clone.FetchAsync([Clones.Main], Token);
        var first = Directory.GetFiles(Path.Combine(_clones.CloneFolder, "objects", "pack"), "*.pack").Single();
        await Clones.WriteAsync(clone, Clones.Commit("Ours", ("other/b.yaml", "1\n")));
        var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];
        File.Delete(first);

        foreach (var path in new[] { "folder/deep/a.yaml", "folder/a.yaml", "folder/none/a.yaml" })
        {
            var failure = await Assert.ThrowsAsync<GitException>(() => Clones.ReadAsync(clone, tip, path));
            Assert.Equal(GitFailure.CorruptClone, failure.Failure);
        }

        Assert.Null(await Clones.ReadAsync(clone, tip, "other/none/a.yaml"));
    }

    [Fact]
    public async Task What_a_killed_git_left_behind_is_removed()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/stale", ("a.yaml", "1\n"));
        await using (var clone = await _clones.OpenAsync(repository))
            await Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", "2\n")));
        string[] stale =
        [
            "config.lock", "HEAD.lock", "shallow.lock", "packed-refs.lock", "refs/remotes/origin/main.lock", "refs/bumper/work.lock", "objects/pack/tmp_pack_abcdef", "objects/pack/tmp_idx_abcdef",
        ];
        foreach (var file in stale)
            await File.WriteAllTextAsync(Path.Combine(_clones.CloneFolder, file), "", Token);

        await using var again = await _clones.OpenAsync(repository);

        Assert.All(stale, file => Assert.False(File.Exists(Path.Combine(_clones.CloneFolder, file)), file));
        Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(again, Clones.Commit("Ours", ("a.yaml", "3\n"))));
    }

    [Fact]
    public async Task A_clone_is_held_by_one_at_a_time()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/held", ("a.yaml", "1\n"));
        using var other = _clones.NewStore();
        await using (await _clones.OpenAsync(repository))
        {
            var failure = await Assert.ThrowsAsync<GitException>(() => other.OpenAsync(new GitRemote(Clones.Url(repository.Url), null), Token));
            Assert.StartsWith($"the clone of {repository.Url} is in use by another process", failure.Message, StringComparison.Ordinal);
        }

        await using var clone = await other.OpenAsync(new GitRemote(Clones.Url(repository.Url), null), Token);
        Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", "2\n"))));
    }

    [Fact]
    public async Task Clones_are_for_their_owner_alone()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/owner", ("a.yaml", "1\n"));
        await using var clone = await _clones.OpenAsync(repository);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_clones.CloneFolder));
    }

    [Fact]
    public async Task Without_a_cache_folder_nothing_stays()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/temporary", ("a.yaml", "1\n"));
        string[] folders;
        using (var store = new CloneStore(new GitSettings(), TimeProvider.System))
        {
            await using var clone = await store.OpenAsync(new GitRemote(Clones.Url(repository.Url), null), Token);
            Assert.Equal("1\n", await Clones.ReadAsync(clone, (await clone.FetchAsync([null], Token)).Tips[Clones.Main], "a.yaml"));
            folders = [.. Directory.GetDirectories(Path.GetTempPath(), "bumper-*").Where(folder => Directory.EnumerateDirectories(folder, "temporary*").Any())];
            Assert.Single(folders);
        }

        Assert.False(Directory.Exists(folders[0]));
    }

    public void Dispose() => _clones.Dispose();

    private static async Task<string?> ReadAsync(GitClone clone)
    {
        var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];
        var files = await clone.ReadAsync(Clones.Main, tip, [Clones.At("folder/a.yaml")], Token);
        Assert.Equal(RepositoryFileKind.File, files[Clones.At("folder/a.yaml")].Kind);
        return System.Text.Encoding.UTF8.GetString(files[Clones.At("folder/a.yaml")].Content!.Value.Span);
    }

    private void Damage(string kind)
    {
        var folder = _clones.CloneFolder;
        var packs = Path.Combine(folder, "objects", "pack");
        switch (kind)
        {
            case "truncated":
                ForEach(packs, "*.pack", file =>
                {
                    using var stream = File.OpenWrite(file);
                    stream.SetLength(stream.Length / 2);
                });
                break;
            case "garbled":
                ForEach(packs, "*.pack", file =>
                {
                    var bytes = File.ReadAllBytes(file);
                    bytes.AsSpan(12, bytes.Length - 32).Fill(0xff);
                    File.WriteAllBytes(file, bytes);
                });
                break;
            case "packless":
                ForEach(packs, "*.pack", File.Delete);
                break;
            case "indexless":
                ForEach(packs, "*.idx", File.Delete);
                break;
            case "refless":
                File.WriteAllText(Path.Combine(folder, "refs", "remotes", "origin", "main"), "");
                break;
            case "configless":
                File.WriteAllText(Path.Combine(folder, "config"), "[core");
                break;
            case "headless":
                File.WriteAllText(Path.Combine(folder, "HEAD"), "");
                break;
            default:
                File.Delete(Path.Combine(folder, "shallow"));
                break;
        }
    }

    private static void ForEach(string folder, string pattern, Action<string> action)
    {
        foreach (var file in Directory.GetFiles(folder, pattern))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            action(file);
        }
    }
}
