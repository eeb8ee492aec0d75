using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Adapters.Registries.Ages;

/// <summary>When a tag was first seen: what is lost is waited for again, and nothing makes a version older than it is.</summary>
public sealed class FirstSeenTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Digest One = DigestOf('1');
    private static readonly Digest Other = DigestOf('2');

    private readonly JumpingTime _time = new();

    [Fact]
    public void A_tag_is_as_old_as_its_first_sighting_and_anew_with_another_digest()
    {
        var seen = Create();
        Assert.Equal(Start, Of(seen, "1.0", One));
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(Start, Of(seen, "1.0", One));
        Assert.Equal(Start.AddHours(5), Of(seen, "1.0", Other));
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(Start.AddHours(10), Of(seen, "1.0", One));
    }

    [Fact]
    public void It_survives_in_its_file()
    {
        using var folder = new TemporaryFolder();
        var first = Create(folder.Path);
        Of(first, "1.0", One);
        first.Save();
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Start, Of(Create(folder.Path), "1.0", One));
    }

    [Fact]
    public void Of_two_sightings_the_earlier_counts()
    {
        var here = Create();
        var there = Create();
        Of(there, "1.0", One);
        _time.Advance(TimeSpan.FromHours(1));
        Of(here, "1.0", One);
        var text = here.Text;
        here.Merge(there.Text);
        Assert.Equal(Start, Of(here, "1.0", One));
        here.Merge(text);
        Assert.Equal(Start, Of(here, "1.0", One));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("registry.example.com/team/web:1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("registry.example.com/team/web:1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111 -5")]
    [InlineData("registry.example.com/team/web:1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111 99999999999999")]
    [InlineData("registry.example.com/team/web:1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111 99999999999999999999999999")]
    [InlineData("registry.example.com/team/web:1.0@sha256:11 1")]
    [InlineData("registry.example.com/team/web:1.0 1")]
    public void Lines_that_are_none_are_left_out(string line)
    {
        var seen = Create();
        seen.Merge($"{line}\nregistry.example.com/team/api:2.0@{Other} 5\n");
        Assert.Equal(Start, Of(seen, "1.0", One));
        Assert.Contains("team/api:2.0", seen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_bounded_and_whoever_has_most_pays_for_it()
    {
        var seen = Create();
        Of(seen, "1.0", One);
        var other = Asking.Repository("registry.example.com/team/loud");
        for (var number = 0; number < FirstSeen.MaxTags + 10; number++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            seen.Of(other, Asking.Tag($"1.{number}"), One);
        }

        Assert.Equal(FirstSeen.MaxTags, seen.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.True(seen.Text.Length <= FirstSeen.MaxTextLength);
        Assert.Equal(Start, Of(seen, "1.0", One));
        Assert.Equal(Start.AddSeconds(1), seen.Of(other, Asking.Tag("1.0"), One));
    }

    [Fact]
    public void Looking_again_changes_nothing()
    {
        var seen = Create();
        Of(seen, "1.0", One);
        var version = seen.Version;
        Of(seen, "1.0", One);
        Assert.Equal(version, seen.Version);
    }

    private FirstSeen Create(string? folder = null) => new(_time, folder, NullLogger<FirstSeen>.Instance);

    private static DateTimeOffset Of(FirstSeen seen, string tag, Digest digest) => seen.Of(Asking.Repository("registry.example.com/team/web"), Asking.Tag(tag), digest);

    private static Digest DigestOf(char digit) => Digest.TryParse($"sha256:{new string(digit, 64)}", out var digest, out _) ? digest : throw new InvalidOperationException("no digest");
}
