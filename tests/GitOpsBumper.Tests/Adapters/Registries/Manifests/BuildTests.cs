using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Manifests;

public sealed class BuildTests
{
    private readonly ImageStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tag_is_asked_again_after_a_while_and_with_one_head_if_it_did_not_move()
    {
        _store.AddImage("2026-05-01T12:00:00Z", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        await BuildAsync(asking, server, "1.0");
        Assert.Equal(2, server.Requests.Count);

        asking.Time.Advance(TimeSpan.FromMinutes(29));
        await BuildAsync(asking, server, "1.0");
        Assert.Equal(2, server.Requests.Count);

        asking.Time.Advance(TimeSpan.FromMinutes(17));
        await BuildAsync(asking, server, "1.0");
        Assert.Equal("HEAD /v2/team/web/manifests/1.0", server.Requests[2].ToString());
        Assert.Equal(3, server.Requests.Count);

        _store.AddImage("2026-05-02T12:00:00Z", "1.0");
        asking.Time.Advance(TimeSpan.FromMinutes(46));
        Assert.Equal(new DateTimeOffset(2026, 5, 2, 12, 0, 0, TimeSpan.Zero), (await BuildAsync(asking, server, "1.0")).CreatedFor([]));
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task Tags_that_were_seen_together_are_asked_again_spread_over_time()
    {
        var tags = Enumerable.Range(0, 200).Select(number => $"1.{number}").ToArray();
        _store.AddImage("2026-05-01T12:00:00Z", tags);
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        foreach (var tag in tags)
            await BuildAsync(asking, server, tag);

        asking.Time.Advance(TimeSpan.FromMinutes(37));
        foreach (var tag in tags)
            await BuildAsync(asking, server, tag);

        Assert.InRange(server.Requests.Count(request => request.Method == "HEAD"), 40, 160);
    }

    [Fact]
    public async Task A_thousand_tags_cost_nothing_for_a_while_and_then_one_head_each_spread_over_the_cycles()
    {
        var tags = Enumerable.Range(0, 1000).Select(number => $"1.{number}").ToArray();
        _store.AddImage("2026-05-01T12:00:00Z", tags);
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        Assert.Equal(1001, await CycleAsync());
        Assert.Equal(0, await CycleAsync());
        asking.Time.Advance(TimeSpan.FromMinutes(25));
        Assert.Equal(0, await CycleAsync());

        var perCycle = new List<int>();
        for (var minutes = 26; minutes < 52; minutes += 2)
        {
            asking.Time.Advance(TimeSpan.FromMinutes(2));
            perCycle.Add(await CycleAsync());
        }

        Assert.Equal(1000, perCycle.Sum());
        Assert.Equal(1000, server.Requests.Count(request => request.Method == "HEAD"));
        Assert.InRange(perCycle.Max(), 100, 300);

        async Task<int> CycleAsync()
        {
            var before = server.Requests.Count;
            foreach (var tag in tags)
                await BuildAsync(asking, server, tag);
            return server.Requests.Count - before;
        }
    }

    [Fact]
    public async Task A_config_that_is_not_what_its_digest_says_is_refused()
    {
        var config = _store.AddConfig("2026-05-01T12:00:00Z");
        _store.AddManifest(config, "1.0");
        _store.Forge(config, "{}");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, server, "1.0"));

        Assert.Contains("sent something else than the digest names", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task A_child_that_is_not_what_the_index_says_is_refused()
    {
        var child = _store.AddImage("2026-05-01T12:00:00Z");
        _store.Add($$"""{"manifests":[{"digest":"{{child}}"}]}""", "1.0");
        _store.Forge(child, """{"manifests":[]}""");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.Contains("sent a manifest that is not", (await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, server, "1.0"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_of_the_facts_are_none()
    {
        var config = _store.AddConfig("2026-05-01T12:00:00Z");
        var whole = _store.AddManifest(config);
        _store.Add($$"""{"manifests":[{"digest":"{{whole}}"},{"digest":"sha256:{{new string('a', 64)}}"}]}""", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.True((await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, server, "1.0"))).IsNotFound);
    }

    [Fact]
    public async Task A_config_that_says_it_is_huge_is_not_asked_for()
    {
        _store.Add($$$"""{"config":{"digest":"sha256:{{{new string('a', 64)}}}","size":99999999}}""", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.Contains("at most 8 MiB are read", (await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, server, "1.0"))).Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_index_in_an_index_is_read_and_one_without_end_ends()
    {
        var inner = _store.Add($$"""{"manifests":[{"digest":"{{_store.AddImage("2026-05-01T12:00:00Z")}}"}]}""");
        var middle = _store.Add($$"""{"manifests":[{"digest":"{{inner}}"}]}""", "2");
        var outer = _store.Add($$"""{"manifests":[{"digest":"{{middle}}"}]}""");
        _store.Add($$"""{"manifests":[{"digest":"{{outer}}"}]}""", "4");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.NotNull((await BuildAsync(asking, server, "2")).CreatedFor([]));
        Assert.Empty((await BuildAsync(asking, server, "4")).Platforms);
    }

    [Fact]
    public async Task The_index_decides_the_variant_of_a_platform()
    {
        var config = _store.AddConfig("2026-05-01T12:00:00Z", "\"os\":\"linux\",\"architecture\":\"arm\"");
        _store.Add($$$"""{"manifests":[{"digest":"{{{_store.AddManifest(config)}}}","platform":{"os":"linux","architecture":"arm","variant":"v6"}}]}""", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.Equal("linux/arm/v6", Assert.Single((await BuildAsync(asking, server, "1.0")).Platforms).Platform.ToString());
        var v7 = new Platform("linux", "arm", "v7");
        Assert.Null((await asking.Client.GetBuildAsync(Repository(server), Asking.Tag("1.0"), [v7], null, Token)).CreatedFor([v7]));
    }

    private static RepositoryName Repository(ScriptedServer server) => Asking.Repository($"{server.Host}/team/web");

    private static Task<ImageBuild> BuildAsync(Asking asking, ScriptedServer server, string tag) =>
        asking.Client.GetBuildAsync(Repository(server), Asking.Tag(tag), [], null, Token);
}
