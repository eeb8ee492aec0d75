using System.Net;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Tests.Api.Approvals;
using GitOpsBumper.Tests.Controller.Reconciling;

namespace GitOpsBumper.Tests.Api.Callers;

/// <summary>Strangers cost the API server little, and nobody else their turn.</summary>
public sealed class CallerFinderTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("192.0.2.7");

    [Fact]
    public async Task A_stranger_with_many_tokens_keeps_nobody_else_from_deciding()
    {
        await using var stage = await ApprovalStage.SetAsync();
        var statuses = new List<int>();
        for (var guess = 0; guess < 150; guess++)
            statuses.Add((await GuessAsync(stage, Stranger, guess)).Status);
        Assert.Equal((100, 50), (statuses.Count(status => status == 401), statuses.Count(status => status == 503)));
        Assert.Equal(200, (await stage.GetAsync(ApprovalStage.List)).Status);
        // The same stranger may go on after a while.
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await GuessAsync(stage, Stranger, 1_000)).Status);
    }

    [Fact]
    public async Task Strangers_from_many_addresses_are_bounded_together_and_who_was_known_before_still_is()
    {
        await using var stage = await ApprovalStage.SetAsync();
        Assert.Equal(200, (await stage.GetAsync(ApprovalStage.List)).Status);
        // What the API server said holds no longer.
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        var statuses = new List<int>();
        for (var guess = 0; guess < 600; guess++)
            statuses.Add((await GuessAsync(stage, new IPAddress([10, 0, (byte)(guess / 250), (byte)(guess % 250)]), guess)).Status);
        Assert.Equal((500, 100), (statuses.Count(status => status == 401), statuses.Count(status => status == 503)));
        Assert.Equal(503, (await stage.GetAsync(ApprovalStage.List, "bob")).Status);
        Assert.Equal(200, (await stage.GetAsync(ApprovalStage.List)).Status);
    }

    [Fact]
    public void A_network_of_IPv6_is_one_address_and_that_of_IPv4_in_it_is_its_own()
    {
        var gates = new AddressGates(new SteppedTime());
        bool Pass(string address) => gates.TryPass(IPAddress.Parse(address), 1, 1_000);
        Assert.Equal(5, Enumerable.Range(0, 20).Count(number => Pass($"2001:db8:0:1::{number:x}")));
        Assert.True(Pass("2001:db8:0:2::1"));
        Assert.Equal(5, Enumerable.Range(0, 20).Count(number => Pass(number % 2 == 0 ? "::ffff:192.0.2.1" : "192.0.2.1")));
        Assert.True(Pass("::ffff:192.0.2.2"));
    }

    [Fact]
    public void Two_people_never_share_what_is_remembered_of_their_rights()
    {
        Assert.NotEqual(CallerFinder.Key(["ada\nargocd", "web"]), CallerFinder.Key(["ada", "argocd\nweb"]));
        Assert.NotEqual(CallerFinder.Key(["ada", ""]), CallerFinder.Key(["ada"]));
        Assert.NotEqual(CallerFinder.Key(["1:a", "b"]), CallerFinder.Key(["1", "a1:b"]));
    }

    private static Task<StageReply> GuessAsync(ApprovalStage stage, IPAddress from, int guess) => stage.SendAsync("GET", ApprovalStage.List, Stream.Null, $"guess-{guess}", from);
}
