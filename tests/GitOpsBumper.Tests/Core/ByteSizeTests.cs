using GitOpsBumper.Core;

namespace GitOpsBumper.Tests.Core;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1048576)]
    [InlineData("512B", 512)]
    [InlineData("10GiB", 10L << 30)]
    [InlineData("500Mi", 500L << 20)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("3k", 3000)]
    [InlineData("1TiB", 1L << 40)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1")]
    [InlineData("1 GiB")]
    [InlineData("1iB")]
    [InlineData("10PiB")]
    [InlineData("9999999TiB")]
    [InlineData("1.GiB")]
    [InlineData("1e3")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1023, "1023B")]
    [InlineData(10L << 30, "10GiB")]
    [InlineData(3L << 29, "1.5GiB")]
    public void Sizes_are_written_for_people(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
