using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Images;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux/arm", "linux/arm/v6 linux/arm/v7 linux/arm linux/armhf", "linux/arm64 linux/amd64")]
    [InlineData("linux/arm/v7", "linux/arm/v7", "linux/arm/v6 linux/arm")]
    [InlineData("linux/arm64", "linux/arm64 linux/arm64/v8 linux/aarch64", "linux/arm linux/arm/v8")]
    [InlineData("linux/arm64/v8", "linux/arm64 linux/arm64/v8", "linux/amd64")]
    [InlineData("linux/amd64", "linux/amd64 linux/x86_64 linux/amd64/v2 Linux/AMD64", "windows/amd64 linux/386")]
    [InlineData("linux/amd64/v2", "linux/amd64/v2", "linux/amd64 linux/amd64/v3")]
    public void A_platform_without_variant_takes_every_one_and_a_variant_is_exact(string wanted, string accepted, string refused)
    {
        Assert.All(accepted.Split(' '), image => Assert.True(Of(wanted).Accepts(Of(image)), image));
        Assert.All(refused.Split(' '), image => Assert.False(Of(wanted).Accepts(Of(image)), image));
    }

    private static Platform Of(string text) => Platform.TryParse(text, out var platform, out var problem) ? platform : throw new ArgumentException(problem, nameof(text));
}
