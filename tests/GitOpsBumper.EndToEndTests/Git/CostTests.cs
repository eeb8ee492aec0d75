using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Git;

/// <summary>What a cycle costs the git server.</summary>
public sealed class CostTests(World world) : IDisposable
{
    private readonly Clones _clones = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static (string Path, string Text)[] Files { get; } = [.. Enumerable.Range(0, 50).Select(number => ($"apps/app{number}/values.yaml", $"tag: {number}\n"))];

    [Fact]
    public async Task A_cold_cycle_of_fifty_applications_is_ten_requests_and_one_push()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/cold", Files);
        await using var clone = await _clones.OpenAsync(repository);

        await CycleAsync(clone);

        var requests = await repository.RequestsAsync(Token);
        Assert.True(requests.Count <= 10, string.Join('\n', requests));
        Assert.Equal(1, await repository.CountPushesAsync(Token));
        Assert.Equal(51, await repository.CountCommitsAsync("main", Token));
        Assert.Equal("tag: 49-new\n", await repository.ReadAsync("main", "apps/app49/values.yaml", Token));
    }

    [Fact]
    public async Task A_kept_clone_with_nothing_new_is_three_requests()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/warm", Files);
        await using (var clone = await _clones.OpenAsync(repository))
            await CycleAsync(clone);
        var before = (await repository.RequestsAsync(Token)).Count;

        await using (var clone = await _clones.OpenAsync(repository))
        {
            var tip = (await clone.FetchAsync([null], Token)).Tips[Clones.Main];
            Assert.Equal(await repository.TipAsync("main", Token), tip.Hex);
            Assert.Equal("tag: 7-new\n", await Clones.ReadAsync(clone, tip, "apps/app7/values.yaml"));
        }

        var requests = (await repository.RequestsAsync(Token)).Skip(before).ToList();
        Assert.True(requests.Count <= 3, string.Join('\n', requests));
    }

    [Theory]
    [InlineData("filters", "uploadpack.allowFilter")]
    [InlineData("wants", "uploadpack.allowAnySHA1InWant")]
    public async Task A_server_that_does_without_costs_more_and_works(string name, string setting)
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), $"open/git/no-{name}", Files);
        await repository.ConfigureAsync(setting, "false", Token);
        await using var clone = await _clones.OpenAsync(repository);

        await CycleAsync(clone);

        Assert.Equal("tag: 49-new\n", await repository.ReadAsync("main", "apps/app49/values.yaml", Token));
        Assert.Equal(1, await repository.CountPushesAsync(Token));
    }

    [Fact]
    public async Task Two_branches_are_one_push()
    {
        var repository = await Clones.RepositoryAsync(await world.GitAsync(), "open/git/two", ("a.yaml", "1\n"));
        await Clones.CommitToAsync(repository, "staging", ("b.yaml", "1\n"));
        var staging = Clones.Branch("staging");
        await using var clone = await _clones.OpenAsync(repository);

        var tips = (await clone.FetchAsync([Clones.Main, staging], Token)).Tips;
        var updates = new List<RefUpdate>();
        foreach (var branch in new[] { Clones.Main, staging })
        {
            var made = await clone.CommitAsync(branch, tips[branch], [Clones.Commit($"Change {branch}", ("c.yaml", $"{branch}\n"))], Clones.Identity, Clones.When, Token);
            updates.Add(new RefUpdate(branch, tips[branch], made[0]));
        }

        var outcomes = await clone.PushAsync(updates, Token);

        Assert.All(outcomes.Values, outcome => Assert.IsType<PushOutcome.Pushed>(outcome));
        Assert.Equal(1, await repository.CountPushesAsync(Token));
        Assert.Equal("main\n", await repository.ReadAsync("main", "c.yaml", Token));
        Assert.Equal("staging\n", await repository.ReadAsync("staging", "c.yaml", Token));
    }

    public void Dispose() => _clones.Dispose();

    private static async Task CycleAsync(GitClone clone)
    {
        var fetched = await clone.FetchAsync([null], Token);
        var tip = fetched.Tips[fetched.DefaultBranch!];
        var files = await clone.ReadAsync(Clones.Main, tip, [.. Files.Select(file => Clones.At(file.Path))], Token);
        Assert.Equal(Files.Select(file => file.Text), Files.Select(file => Encoding.UTF8.GetString(files[Clones.At(file.Path)].Content!.Value.Span)));
        var commits = Files.Select(file => Clones.Commit($"Update {file.Path}", (file.Path, file.Text.Replace("\n", "-new\n", StringComparison.Ordinal)))).ToList();
        var made = await clone.CommitAsync(Clones.Main, tip, commits, Clones.Identity, Clones.When, Token);
        var outcomes = await clone.PushAsync([new RefUpdate(Clones.Main, tip, made[^1])], Token);
        Assert.Equal(new PushOutcome.Pushed(), outcomes[Clones.Main]);
    }
}
