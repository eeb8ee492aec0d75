using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Adapters.Registries.Manifests;

public sealed class ManifestFactsCacheTests : IDisposable
{
    private static readonly Platform Amd64 = new("linux", "amd64", null);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gob-facts-");
    private readonly JumpingTime _time = new();

    [Fact]
    public void What_was_saved_is_known_to_the_next_process()
    {
        var first = Open();
        first.Add(DigestOf(1), new ManifestFacts.Image(Amd64, _time.GetUtcNow()));
        first.SawTag("registry.example.com/web:1", DigestOf(1));
        first.Save();

        var second = Open();
        Assert.True(second.TryGet(DigestOf(1), out var facts));
        Assert.Equal(new ManifestFacts.Image(Amd64, _time.GetUtcNow()), facts);
        Assert.Equal(DigestOf(1), second.TagDigest("registry.example.com/web:1", out var isFresh));
        Assert.True(isFresh);
    }

    [Fact]
    public void That_a_tag_has_moved_is_known_to_the_next_process()
    {
        var (first, web) = (Open(), Asking.Repository("registry.example.com/team/web"));
        var endpoint = RegistryConfiguration.Empty.EndpointFor(web);
        var reference = $"{endpoint.PlaceOf(web)}:1";
        first.SawTag(reference, DigestOf(1));
        first.Save();
        first.Distrust(endpoint, web, Asking.Tag("1"));
        first.Save();
        Assert.Equal(DigestOf(1), Open().TagDigest(reference, out var isFresh));
        Assert.False(isFresh);

        // Asked before the tag moved, answered after somebody said so.
        first.SawTag(reference, DigestOf(1));
        first.Save();
        Open().TagDigest(reference, out isFresh);
        Assert.False(isFresh);
    }

    [Fact]
    public void What_is_seen_again_and_again_is_kept_once()
    {
        var cache = Open();
        for (var seen = 0; seen < 1_000; seen++)
        {
            _time.Advance(TimeSpan.FromMinutes(45));
            cache.SawTag("registry.example.com/web:1", DigestOf(seen % 2));
        }

        cache.Save();
        Assert.Single(File.ReadLines(Path.Combine(_folder.FullName, ManifestFactsCache.FileName)));
        Assert.Equal(DigestOf(1), Open().TagDigest("registry.example.com/web:1", out var isFresh));
        Assert.True(isFresh);
    }

    [Fact]
    public void A_tag_of_the_future_is_asked_about()
    {
        var first = Open();
        first.SawTag("registry.example.com/web:1", DigestOf(1));
        first.Save();
        _time.Advance(TimeSpan.FromHours(-2));

        Assert.NotNull(Open().TagDigest("registry.example.com/web:1", out var isFresh));
        Assert.False(isFresh);
    }

    [Fact]
    public void A_tag_that_has_moved_is_asked_about_and_so_is_what_was_answered_before_that()
    {
        var (cache, web) = (Open(), Asking.Repository("registry.example.com/team/web"));
        var endpoint = RegistryConfiguration.Empty.EndpointFor(web);
        var (one, other, below) = ($"{endpoint.PlaceOf(web)}:1", $"{endpoint.PlaceOf(web)}:2", $"{endpoint.PlaceOf(web)}/worker:1");
        foreach (var reference in new[] { one, other, below })
            cache.SawTag(reference, DigestOf(1));

        cache.Distrust(endpoint, web, Asking.Tag("1"));
        Assert.Equal([false, true, true], Fresh());
        // Asked before the tag moved, answered after somebody said so.
        cache.SawTag(one, DigestOf(1));
        Assert.Equal([false, true, true], Fresh());
        _time.Advance(TimeSpan.FromMinutes(1));
        cache.SawTag(one, DigestOf(2));
        Assert.Equal([true, true, true], Fresh());

        cache.Distrust(endpoint, web, null);
        Assert.Equal([false, false, true], Fresh());
        cache.Distrust(endpoint, web, null, andBelow: true);
        Assert.Equal([false, false, false], Fresh());

        bool[] Fresh() => [.. new[] { one, other, below }.Select(reference => cache.TagDigest(reference, out var isFresh) is not null && isFresh)];
    }

    [Theory]
    [InlineData("\0\0\0\0garbage\n")]
    [InlineData("image sha256:")]
    [InlineData("image sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa linux/amd64 2026-05-01T12:00:00.0000000+00:00 #00000000\n")]
    public void Damage_costs_what_is_damaged_and_nothing_else(string damage)
    {
        var first = Open();
        first.Add(DigestOf(1), new ManifestFacts.Image(Amd64, null));
        first.Save();
        File.AppendAllText(PathOfFile, damage + (damage.EndsWith('\n') ? "" : "\n"));
        var second = Open();
        second.Add(DigestOf(2), new ManifestFacts.Image(Amd64, null));
        second.Save();

        var third = Open();
        Assert.True(third.TryGet(DigestOf(1), out _));
        Assert.True(third.TryGet(DigestOf(2), out _));
    }

    [Fact]
    public void The_file_does_not_grow_with_what_is_already_in_it()
    {
        for (var run = 0; run < 20; run++)
        {
            var cache = Open();
            _time.Advance(TimeSpan.FromHours(1));
            for (var tag = 0; tag < 200; tag++)
                cache.SawTag($"registry.example.com/web:{tag}", DigestOf(tag));
            cache.Save();
            cache.Save();
        }

        Assert.InRange(File.ReadLines(PathOfFile).Count(), 200, 1600);
        Assert.NotNull(Open().TagDigest("registry.example.com/web:199", out var isFresh));
        Assert.True(isFresh);
    }

    [Fact]
    public void A_folder_that_can_not_be_written_stops_nothing()
    {
        File.WriteAllText(PathOfFile + "x", "");
        var cache = new ManifestFactsCache(_time, TimeSpan.FromMinutes(30), PathOfFile + "x", NullLogger<ManifestFactsCache>.Instance);
        cache.Add(DigestOf(1), new ManifestFacts.Image(Amd64, null));
        cache.Save();

        Assert.True(cache.TryGet(DigestOf(1), out _));
    }

    [Fact]
    public void The_memory_is_bounded_and_keeps_what_is_used() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(
            Gen.Choose(0, 40).ListOf().ToArbitrary(),
            keys =>
            {
                var memory = new TwoGenerations<int, int>(20);
                foreach (var key in keys)
                {
                    if (!memory.TryGet(key, out var value))
                        memory.Set(key, key * 10);
                    else if (value != key * 10)
                        return false;
                }

                var lastUsed = keys.AsEnumerable().Reverse().Distinct().Take(10).ToList();
                return memory.Count <= 20 && memory.All.Count() == memory.Count && lastUsed.TrueForAll(key => memory.TryGet(key, out _));
            }));

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOfFile => Path.Combine(_folder.FullName, ManifestFactsCache.FileName);

    private static Digest DigestOf(int number) => ContentDigest.Compute(BitConverter.GetBytes(number));

    private ManifestFactsCache Open() => new(_time, TimeSpan.FromMinutes(30), _folder.FullName, NullLogger<ManifestFactsCache>.Instance);
}
