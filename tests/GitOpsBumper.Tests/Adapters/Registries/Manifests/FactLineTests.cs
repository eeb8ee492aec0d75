using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Adapters.Registries.Manifests;

public sealed class FactLineTests
{
    private static readonly Digest Some = ContentDigest.Compute("some"u8);
    private static readonly Digest Other = ContentDigest.Compute("other"u8, "sha512");

    public static TheoryData<string> Lines =>
    [
        new FactLine.Manifest(Some, new ManifestFacts.Image(new Platform("linux", "arm", "v7"), new DateTimeOffset(2026, 5, 1, 12, 0, 0, 1, TimeSpan.Zero))).ToString(),
        new FactLine.Manifest(Some, new ManifestFacts.Image(null, null)).ToString(),
        new FactLine.Manifest(Other, new ManifestFacts.Index([])).ToString(),
        new FactLine.Manifest(Some, new ManifestFacts.Index([new IndexChild(Other, new Platform("linux", "amd64", null)), new IndexChild(Some, null)])).ToString(),
        new FactLine.TagSeen("127.0.0.1:5000/team/web:1.0", Some, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero)).ToString(),
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Reading_is_the_inverse_of_writing(string line)
    {
        Assert.True(FactLine.TryParse(line, out var fact));
        Assert.Equal(line, fact.ToString());
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_that_was_cut_off_or_damaged_is_no_line(string line) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(
            Gen.Choose(0, line.Length - 1).SelectMany(place => Gen.Choose(' ', '~').Select(letter => new { Place = place, Letter = (char)letter })).ToArbitrary(),
            damage => !FactLine.TryParse(line[..damage.Place], out _)
                && (line[damage.Place] == damage.Letter || !FactLine.TryParse($"{line[..damage.Place]}{damage.Letter}{line[(damage.Place + 1)..]}", out _))));
}
