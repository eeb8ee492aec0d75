using System.Text.Json.Nodes;
using GitOpsBumper.Logging;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Logging;

public sealed partial class LogWriterTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_line_stays_short_whatever_it_quotes(bool json)
    {
        using var text = new StringWriter();
        using var writer = new LogWriter(text, json, TimeProvider.System, LogLevel.Information);
        Said(writer.CreateLogger("test"), new string('x', 200_000));
        Assert.InRange(text.ToString().Length, LogWriter.MaxMessage, (2 * LogWriter.MaxMessage) + 500);
        Assert.Contains("... (200015 characters)", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_character_is_never_written()
    {
        using var text = new StringWriter();
        using var writer = new LogWriter(text, json: true, TimeProvider.System, LogLevel.Information);
        Said(writer.CreateLogger("test"), string.Concat(Enumerable.Repeat("😀", 100_000)));
        Assert.DoesNotContain('\uFFFD', (string)JsonNode.Parse(text.ToString())!["message"]!);
    }

    [LoggerMessage(LogLevel.Warning, "Somebody said {What}.")]
    private static partial void Said(ILogger logger, string what);
}
