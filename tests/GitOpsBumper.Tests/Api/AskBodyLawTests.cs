using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Api;

namespace GitOpsBumper.Tests.Api;

/// <summary>Whatever anybody sends as a body is read or is a mistake of theirs, and never one of ours.</summary>
public sealed class AskBodyLawTests
{
    private static readonly AskForm Form = new("{\"tag\": \"1.5.0\"}", ["tag", "digest"], "reject");

    private static readonly string[] Scraps =
        ["\"tag\"", "\"t\\u0061g\"", "\"digest\"", "\"reject\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\"", "\"1.5.0\"", ":", ",", "{", "}", "[", "]", "null", "true", "1e999", " ", "\"\\u0000\"", "\uFEFF", "//", "\""];

    [Fact]
    public void Bytes_of_any_kind_are_read_or_refused() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), IsSound).QuickCheckThrowOnFailure();

    [Fact]
    public void Scraps_of_bodies_are_read_or_refused() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Gen.Elements(Scraps).ListOf().ToArbitrary(), scraps => IsSound(Encoding.UTF8.GetBytes(string.Concat(scraps)))));

    [Fact]
    public void Bodies_with_bytes_changed_are_read_or_refused() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var body = "{\"tag\": \"1.5.0\", \"digest\": \"\\u0061\", \"reject\": true}"u8.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            return IsSound(body);
        }));

    [Theory]
    [InlineData("{\"tag\": \"\\ud800\"}")]
    [InlineData("{\"\\ud800\": \"1\"}")]
    [InlineData("{\"tag\": \"\\udc00\\ud800\"}")]
    public void Half_of_a_surrogate_pair_is_told(string body) => Assert.Contains("no Unicode", Problem(Encoding.UTF8.GetBytes(body)), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_told() => Assert.Contains("no Unicode", Problem([.. "{\"tag\": \""u8, 0xC3, 0x28, .. "\"}"u8]), StringComparison.Ordinal);

    private static string Problem(byte[] body)
    {
        Assert.False(AskBody.TryRead(body, Form, out _, out var problem));
        return problem;
    }

    private static bool IsSound(byte[] body) => AskBody.TryRead(body, Form, out var ask, out var problem) ? problem is null && ask.Text("tag") is not { Length: 0 } : problem.Length > 0;
}
