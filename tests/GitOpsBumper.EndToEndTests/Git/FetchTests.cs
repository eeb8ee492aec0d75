using GitOpsBumper.Adapters.Git;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Git;

public sealed class FetchTests(World world) : IDisposable
{
    private readonly Clones _clones = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Branches_that_do_not_exist_are_left_out()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/branches", ("a.yaml", "1\n"));
        await using var clone = await _clones.OpenAsync(repository);

        var fetched = await clone.FetchAsync([Clones.Branch("none"), Clones.Main, null], Token);

        Assert.Equal(Clones.Main, fetched.DefaultBranch);
        Assert.Equal([Clones.Main], fetched.Tips.Keys);
    }

    [Fact]
    public async Task An_empty_repository_has_no_branches()
    {
        var repository = await (await world.GitAsync()).CreateRepositoryAsync("open/git/empty", Token);
        await using var clone = await _clones.OpenAsync(repository);

        Assert.Empty((await clone.FetchAsync([null, Clones.Main], Token)).Tips);
    }

    [Fact]
    public async Task What_stands_at_a_path_is_reported_by_its_kind()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/kinds", ("folder/a.yaml", "1\n"), ("large", new string('x', GitClone.MaxFileBytes + 1)));
        using (var person = await Person.CloneAsync("Ada", repository.Url, Token))
        {
            File.CreateSymbolicLink(Path.Combine(person.Folder, "link"), "folder");
            await person.GitAsync(["update-index", "--add", "--cacheinfo", $"160000,{await repository.TipAsync("main", Token)},module"], Token);
            await person.GitAsync(["add", "link"], Token);
            await person.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "-m", "Kinds"], Token);
            await person.PushAsync(Token);
        }

        await using var clone = await _clones.OpenAsync(repository);
        var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];
        var kinds = new Dictionary<string, RepositoryFileKind>(StringComparer.Ordinal)
        {
            ["folder"] = RepositoryFileKind.Folder,
            ["folder/a.yaml"] = RepositoryFileKind.File,
            ["folder/b.yaml"] = RepositoryFileKind.Absent,
            ["folder/a.yaml/b"] = RepositoryFileKind.NoFolder,
            ["none/b.yaml"] = RepositoryFileKind.NoFolder,
            ["link"] = RepositoryFileKind.SymbolicLink,
            ["link/a.yaml"] = RepositoryFileKind.NoFolder,
            ["module"] = RepositoryFileKind.Submodule,
            ["module/a.yaml"] = RepositoryFileKind.NoFolder,
            ["large"] = RepositoryFileKind.TooLarge,
        };

        var files = await clone.ReadAsync(Clones.Main, tip, [.. kinds.Keys.Select(Clones.At)], Token);

        Assert.Equal(kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal), files.ToDictionary(file => file.Key.Text, file => file.Value.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal));
        Assert.All(files.Values, file => Assert.Equal(file.Kind is RepositoryFileKind.File or RepositoryFileKind.SymbolicLink, file.Content is not null));
    }

    [Fact]
    public async Task Rewritten_history_is_followed()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/rewritten", ("a.yaml", "1\n"));
        await Clones.CommitAsync(repository, ("a.yaml", "2\n"));
        await using var clone = await _clones.OpenAsync(repository);
        await Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", "3\n")));

        await repository.GitAsync(["update-ref", "-d", "refs/heads/main"], Token);
        await Clones.CommitAsync(repository, ("a.yaml", "other\n"));
        var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];

        Assert.Equal(await repository.TipAsync("main", Token), tip.Hex);
        Assert.Equal("other\n", await Clones.ReadAsync(clone, tip, "a.yaml"));
        Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", "4\n"))));
    }

    [Fact]
    public async Task A_branch_may_become_a_folder_of_branches()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/folder", ("a.yaml", "1\n"));
        await Clones.CommitToAsync(repository, "release", ("a.yaml", "1\n"));
        await using var clone = await _clones.OpenAsync(repository);
        var release = Clones.Branch("release");
        var old = (await clone.FetchAsync([release], Token)).Tips[release];
        await clone.CommitAsync(release, old, [Clones.Commit("Ours", ("a.yaml", "2\n"))], Clones.Identity, Clones.When, Token);
        await repository.GitAsync(["update-ref", "-d", "refs/heads/release"], Token);
        await Clones.CommitToAsync(repository, "release/1", ("a.yaml", "2\n"));
        var next = Clones.Branch("release/1");

        var tip = (await clone.FetchAsync([next], Token)).Tips[next];
        var made = await clone.CommitAsync(next, tip, [Clones.Commit("Ours", ("a.yaml", "3\n"))], Clones.Identity, Clones.When, Token);

        Assert.Equal(new PushOutcome.Pushed(), (await clone.PushAsync([new RefUpdate(next, tip, made[0])], Token))[next]);
    }

    [Fact]
    public async Task A_repository_with_long_ids_works_like_any_other()
    {
        var git = await world.GitAsync();
        var repository = await git.CreateRepositoryAsync("open/git/sha256", Token);
        Directory.Delete(repository.Folder, recursive: true);
        await GitCommand.RunAsync("/", ["init", "--quiet", "--bare", "--initial-branch=main", "--object-format=sha256", repository.Folder], Token);
        foreach (var setting in new[] { "http.receivepack", "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant" })
            await repository.ConfigureAsync(setting, "true", Token);
        await Clones.CommitAsync(repository, ("folder/a.yaml", "1\n"), ("b.yaml", "2\n"));

        for (var round = 0; round < 2; round++)
        {
            await using var clone = await _clones.OpenAsync(repository);
            var tip = (await clone.FetchAsync([null], Token)).Tips[Clones.Main];
            Assert.Equal(64, tip.Hex.Length);
            Assert.Equal("2\n", await Clones.ReadAsync(clone, tip, "b.yaml"));
            Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(clone, Clones.Commit($"Round {round}", ("folder/a.yaml", $"{round}\n"))));
        }

        Assert.Equal(["Round 1", "Round 0", "Files"], await repository.SubjectsAsync("main", Token));
    }

    public void Dispose() => _clones.Dispose();
}
