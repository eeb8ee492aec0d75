namespace GitOpsBumper.EndToEndTests.Laws;

/// <summary>Commit loops are the worst thing that a bot with write access can do.</summary>
public sealed class QuietTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task When_nothing_changes_the_next_run_commits_nothing(int seed)
    {
        await using var world = await GeneratedWorld.CreateAsync(seed, Token);
        var updated = 0;
        for (var round = 0; round < 4; round++)
        {
            updated += (int)(await world.RunAsync(Token))["totals"]!["updated"]!;
            var tip = await world.TipAsync(Token);

            var second = await world.RunAsync(Token);

            Assert.True(tip == await world.TipAsync(Token), $"the second run committed:\n{second}\n{await world.LogAsync(Token)}");
            Assert.Equal(0, (int)second["totals"]!["updated"]!);
            world.Push(6);
        }

        Assert.True(updated > 0, "a world in which nothing ever happens proves nothing");
    }
}
