using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>The end of a hold in a comment behind its value.</summary>
public sealed class EndMarkTests
{
    [Theory]
    [InlineData("tag: 1 # until 2026-12-01", "2026-12-01T00:00:00Z", null)]
    [InlineData("tag: 1   #until 2026-12-01T10:00Z; and then some", "2026-12-01T10:00:00Z", null)]
    [InlineData("tag: 1 # until 2026-12-01, then 2", "2026-12-01T00:00:00Z", null)]
    [InlineData("tag: 1 # until further notice", null, "further notice")]
    [InlineData("tag: 1 # Until: 2026-12-01", "2026-12-01T00:00:00Z", null)]
    [InlineData("tag: 1 # until 2026-12-01 10:00; Ada", "2026-12-01T10:00:00Z", null)]
    [InlineData("tag: 1 # until 2026-12-01 9 o'clock", "2026-12-01T00:00:00Z", null)]
    [InlineData("tag: 1 # until 2026-12-01 10:65", null, "2026-12-01 10:65")]
    [InlineData("tag: 1 # hold until 2026-12-01", null, null)]
    [InlineData("tag: 1 # untilled", null, null)]
    [InlineData("tag: 1", null, null)]
    [InlineData("tag: 1# until 2026-12-01", null, null)]
    public void A_comment_that_begins_with_until_is_an_end(string line, string? until, string? wrong)
    {
        var mark = EndMark.Read(line + "\nother: 2 # until 2020-01-01\n", "tag: 1".Length);
        Assert.Equal((until, wrong), (mark.Until is { } end ? HoldEnd.Write(end) : null, mark.Wrong));
    }

    [Theory]
    [InlineData("tag: 1", "tag: 1 # until 2026-12-01T00:00:00Z")]
    [InlineData("tag: 1  ", "tag: 1 # until 2026-12-01T00:00:00Z")]
    [InlineData("tag: 1 # a word", "tag: 1 # until 2026-12-01T00:00:00Z; a word")]
    [InlineData("tag: 1 # until 2020-01-01; a word", "tag: 1 # until 2026-12-01T00:00:00Z; a word")]
    [InlineData("tag: 1 # until 2020-01-01 10:00, see OPS-1", "tag: 1 # until 2026-12-01T00:00:00Z; see OPS-1")]
    [InlineData("tag: 1 # until further notice; a word", "tag: 1 # until 2026-12-01T00:00:00Z; a word")]
    [InlineData("tag: 1 # until further notice", "tag: 1 # until 2026-12-01T00:00:00Z")]
    [InlineData("tag: 1 }", null)]
    public void It_is_written_before_what_else_the_comment_says(string line, string? expected) =>
        Assert.Equal(expected is null ? null : expected + "\r\nb: 2\r\n", Write(line, new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("tag: 1 # until 2026-12-01T00:00:00Z", "tag: 1")]
    [InlineData("tag: 1 # until 2026-12-01; a word", "tag: 1 # a word")]
    [InlineData("tag: 1   #  a word", "tag: 1   #  a word")]
    [InlineData("tag: 1 }", "tag: 1 }")]
    public void It_is_taken_away_alone(string line, string expected) => Assert.Equal(expected + "\r\nb: 2\r\n", Write(line, null));

    private static string? Write(string line, DateTimeOffset? until) => EndMark.TryWrite(line + "\r\nb: 2\r\n", "tag: 1".Length, until, out var changed) ? changed : null;
}
