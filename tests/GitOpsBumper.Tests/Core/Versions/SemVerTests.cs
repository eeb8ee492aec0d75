using GitOpsBumper.Core.Versions;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.Versions;

public sealed class SemVerTests
{
    public static TheoryData<string, string, string, string> Readable =>
        new(VectorFile.Rows("versions", "parse.tsv").Where(row => row[1] != "-").Select(row => (row[0], row[1], row[2], row[3])));

    public static TheoryData<string> Unreadable => [.. VectorFile.Rows("versions", "parse.tsv").Where(row => row[1] == "-").Select(row => row[0])];

    public static TheoryData<string, string, string> Pairs => VectorFile.Triples("versions", "order.tsv");

    [Theory]
    [MemberData(nameof(Readable))]
    public void A_version_is_read_loosely(string text, string numbers, string prerelease, string metadata)
    {
        Assert.True(SemVer.TryParse(text, out var version));
        Assert.Equal(numbers, $"{version.Major}.{version.Minor}.{version.Patch}");
        Assert.Equal(prerelease, version.Prerelease);
        Assert.Equal(metadata, version.Metadata);
        Assert.Equal(text, version.Original);
        Assert.Equal(text, version.ToString());
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_is_not_a_version_is_refused(string text) => Assert.False(SemVer.TryParse(text, out _));

    [Fact]
    public void A_version_of_endless_length_is_refused() => Assert.False(SemVer.TryParse("1.2.3-" + new string('a', 1000), out _));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Precedence_is_that_of_the_specification(string left, string order, string right)
    {
        var expected = order == "=" ? 0 : -1;
        Assert.Equal(expected, Version(left).CompareTo(Version(right)));
        Assert.Equal(-expected, Version(right).CompareTo(Version(left)));
        Assert.Equal(order == "=", Version(left) == Version(right));
        Assert.Equal(order == "<", Version(left) < Version(right));
        Assert.Equal(order == "<", Version(right) > Version(left));
        Assert.True(Version(left) <= Version(right));
        Assert.Equal(order == "=", Version(left) >= Version(right));
    }

    private static SemVer Version(string text) => SemVer.TryParse(text, out var version) ? version : throw new ArgumentException(text, nameof(text));
}
