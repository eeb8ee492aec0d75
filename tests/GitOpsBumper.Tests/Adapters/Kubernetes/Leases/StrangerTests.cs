using GitOpsBumper.Hosting;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Leases;

/// <summary>A lease that somebody holds who is none of ours, or is no more: whoever waits for it says so, and does not wait for ever.</summary>
public sealed class StrangerTests
{
    private readonly VirtualTime _world = new();
    private readonly LeaseServer _server = new();

    [Fact]
    public void A_lease_is_left_alone_for_an_hour_at_most_whatever_it_says()
    {
        Hold("ghost", seconds: 2_000_000_000);
        var bot = new Candidate(_world, _server, "bumper").Start();
        _world.Run(TimeSpan.FromMinutes(59));
        Assert.False(bot.IsLeader);
        _world.Run(TimeSpan.FromMinutes(2));
        Assert.True(bot.IsLeader);
    }

    [Fact]
    public void Who_leads_is_told_whenever_it_is_another_one()
    {
        Hold("ghost", seconds: 60);
        var bot = new Candidate(_world, _server, "bumper").Start();
        _world.Run(TimeSpan.FromSeconds(30));
        Assert.Equal("ghost", bot.Election.Leader);
        Hold("other", seconds: 15);
        _world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal("other", bot.Election.Leader);
        _world.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(bot.Election.Identity, bot.Election.Leader);
        Assert.Equal(
            [
                "Information: ghost leads with the lease bots/bumper, which lasts 60 s unless it is renewed",
                "Information: other leads with the lease bots/bumper, which lasts 15 s unless it is renewed",
                $"Information: Became leader with the lease bots/bumper, as {bot.Election.Identity}",
            ],
            bot.Logs.Where(line => line.StartsWith("Information", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_lease_that_is_given_back_is_nobodys()
    {
        Hold("other", seconds: 60);
        var bot = new Candidate(_world, _server, "bumper") { Network = () => new Delivery(TimeSpan.Zero, TimeSpan.FromSeconds(1)) }.Start();
        _world.Run(TimeSpan.FromSeconds(10));
        Hold("", seconds: 60);
        _world.Run(TimeSpan.FromSeconds(30));
        Assert.Contains("Information: Nobody holds the lease bots/bumper", bot.Logs);
        Assert.True(bot.IsLeader);
    }

    [Fact]
    public async Task What_was_planned_in_a_term_that_is_over_is_not_written_in_the_next_one()
    {
        var bot = new Candidate(_world, _server, "bumper").Start();
        _world.Run(TimeSpan.FromSeconds(5));
        var first = await bot.Election.WaitForLeadershipAsync(TestContext.Current.CancellationToken);
        var mode = ControllerHost.During(first, CancellationToken.None);
        Assert.Null(mode.Barrier());

        bot.Machine.Freeze(TimeSpan.FromSeconds(60));
        _world.Run(TimeSpan.FromSeconds(90));

        Assert.True(bot.IsLeader);
        Assert.NotNull(mode.Barrier());
    }

    private void Hold(string holder, int seconds) => _server.Change(lease =>
    {
        lease["spec"]!["holderIdentity"] = holder;
        lease["spec"]!["leaseDurationSeconds"] = seconds;
    });
}
