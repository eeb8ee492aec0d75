using GitOpsBumper.Adapters.Git;
using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Git;

public sealed class PushTests(World world) : IDisposable
{
    private readonly Clones _clones = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_race_leaves_the_commit_of_the_other()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/race", ("a.yaml", "1\n"));
        await using var clone = await _clones.OpenAsync(repository);
        var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];
        var made = await clone.CommitAsync(Clones.Main, tip, [Clones.Commit("Ours", ("a.yaml", "2\n"))], Clones.Identity, Clones.When, Token);
        await Clones.CommitAsync(repository, ("a.yaml", "theirs\n"));
        var theirs = await repository.TipAsync("main", Token);

        var outcomes = await clone.PushAsync([new RefUpdate(Clones.Main, tip, made[0])], Token);

        Assert.Equal(new PushOutcome.LostRace(), outcomes[Clones.Main]);
        Assert.Equal(theirs, await repository.TipAsync("main", Token));
        Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(clone, Clones.Commit("Ours again", ("a.yaml", "3\n"))));
        Assert.Equal(["Ours again", "Files", "Files"], await repository.SubjectsAsync("main", Token));
    }

    [Fact]
    public async Task A_race_that_is_lost_inside_the_server_is_a_lost_race_too()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/inner-race", ("a.yaml", "1\n"));
        await Clones.CommitToAsync(repository, "other", ("a.yaml", "other\n"));
        repository.Hook("update", "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES; git update-ref refs/heads/main refs/heads/other");
        await using var clone = await _clones.OpenAsync(repository);

        var outcome = await Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", "2\n")));

        Assert.Equal(new PushOutcome.LostRace(), outcome);
        Assert.Equal("other\n", await repository.ReadAsync("main", "a.yaml", Token));
    }

    [Fact]
    public async Task One_branch_that_lost_does_not_stop_the_other()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/half", ("a.yaml", "1\n"));
        await Clones.CommitToAsync(repository, "staging", ("a.yaml", "1\n"));
        var staging = Clones.Branch("staging");
        await using var clone = await _clones.OpenAsync(repository);
        var tips = (await clone.FetchAsync([Clones.Main, staging], Token)).Tips;
        var main = await clone.CommitAsync(Clones.Main, tips[Clones.Main], [Clones.Commit("Ours", ("a.yaml", "2\n"))], Clones.Identity, Clones.When, Token);
        var other = await clone.CommitAsync(staging, tips[staging], [Clones.Commit("Ours", ("a.yaml", "2\n"))], Clones.Identity, Clones.When, Token);
        await Clones.CommitAsync(repository, ("a.yaml", "theirs\n"));

        var outcomes = await clone.PushAsync([new RefUpdate(Clones.Main, tips[Clones.Main], main[0]), new RefUpdate(staging, tips[staging], other[0])], Token);

        Assert.Equal(new PushOutcome.LostRace(), outcomes[Clones.Main]);
        Assert.Equal(new PushOutcome.Pushed(), outcomes[staging]);
        Assert.Equal("theirs\n", await repository.ReadAsync("main", "a.yaml", Token));
        Assert.Equal("2\n", await repository.ReadAsync("staging", "a.yaml", Token));
    }

    [Fact]
    public async Task A_refusal_has_the_words_of_the_hook()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/hook", ("a.yaml", "1\n"));
        repository.Hook("pre-receive", "echo 'main is protected; open a request, and mind stale info' >&2; exit 1");
        await using var clone = await _clones.OpenAsync(repository);

        var outcome = await Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", "2\n")));

        Assert.Equal(new PushOutcome.Rejected("pre-receive hook declined: main is protected; open a request, and mind stale info"), outcome);
        Assert.Equal(["Files"], await repository.SubjectsAsync("main", Token));
    }

    [Fact]
    public async Task A_repository_that_may_only_be_read_is_said_to_be_one()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/readonly", ("a.yaml", "1\n"));
        await repository.ConfigureAsync("http.receivepack", "false", Token);
        await using var clone = await _clones.OpenAsync(repository);

        var failure = await Assert.ThrowsAsync<GitException>(() => Clones.WriteAsync(clone, Clones.Commit("Ours", ("a.yaml", "2\n"))));

        Assert.Equal(GitFailure.AuthenticationFailed, failure.Failure);
        Assert.StartsWith($"could not push to {repository.Url}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commits_have_author_time_and_message_as_given()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/message", ("a.yaml", "1\n"));
        await using var clone = await _clones.OpenAsync(repository);

        await Clones.WriteAsync(clone, Clones.Commit("Grüße\n\nbody \"quoted\"\ndone\n\nTrailer: 1\n", ("a.yaml", "2\n")));

        Assert.Equal(
            "Bumper <bumper@example.com> 1777636800 Bumper <bumper@example.com>\nGrüße\n\nbody \"quoted\"\ndone\n\nTrailer: 1",
            (await repository.GitAsync(["log", "-1", "--format=%an <%ae> %at %cn <%ce>%n%B", "main"], Token)).TrimEnd());
    }

    [Fact]
    public async Task An_executable_file_stays_one()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/mode", ("a.yaml", "1\n"));
        await using var clone = await _clones.OpenAsync(repository);
        await Clones.WriteAsync(clone, new NewCommit("Run", [new FileWrite(Clones.At("run.sh"), Executable: true, "#!/bin/sh\n"u8.ToArray())]));
        var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];

        var file = (await clone.ReadAsync(Clones.Main, tip, [Clones.At("run.sh")], Token))[Clones.At("run.sh")];

        Assert.Equal(RepositoryFileKind.ExecutableFile, file.Kind);
        Assert.StartsWith("100755 blob", await repository.GitAsync(["ls-tree", "main", "run.sh"], Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a folder/with space.yaml")]
    [InlineData(" leading/ space.yaml")]
    [InlineData("trailing /space ")]
    [InlineData("größe/数.yaml")]
    [InlineData("\"quoted\"/a \"b\".yaml")]
    [InlineData("a\"b.yaml")]
    [InlineData("it's/$HOME;*.yaml")]
    [InlineData("-dash/--option")]
    [InlineData(":(glob)/a:b")]
    [InlineData("inline data/:1")]
    public async Task Any_path_can_be_written_and_read(string path)
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), $"open/git/path-{Guid.NewGuid():N}", ("a.yaml", "1\n"));
        await using (var clone = await _clones.OpenAsync(repository))
        {
            Assert.Equal(new PushOutcome.Pushed(), await Clones.WriteAsync(clone, Clones.Commit("Path", (path, "text\n"))));
            await clone.ResetAsync(Token);
            var tip = (await clone.FetchAsync([Clones.Main], Token)).Tips[Clones.Main];
            Assert.Equal("text\n", await Clones.ReadAsync(clone, tip, path));
        }

        Assert.Equal("text\n", await repository.ReadAsync("main", path, Token));
        Assert.Equal($"a.yaml\0{path}", (await repository.GitAsync(["ls-tree", "-r", "-z", "--name-only", "main"], Token)).TrimEnd('\0').Split('\0').OrderBy(name => name != "a.yaml").Aggregate((a, b) => $"{a}\0{b}"));
    }

    public void Dispose() => _clones.Dispose();
}
