using System.Text.Json.Nodes;
using GitOpsBumper.Cli;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Cli;

/// <summary><c>bumper notify test</c> as a person types it.</summary>
public sealed class NotifyCommandTests
{
    [Fact]
    public async Task Each_url_is_tried_and_what_it_answered_is_printed_without_secrets()
    {
        await using var good = await ScriptedServer.StartAsync(context => context.SendAsync(204));
        await using var bad = await ScriptedServer.StartAsync(context => context.SendAsync(404, "no s3cretPath here", "text/plain"));
        var (code, output, error) = await RunAsync($"generic+http://{good.Host}/s3cretPath", $"generic+http://{bad.Host}/s3cretPath");
        Assert.Equal((ExitCode.SomeFailed, ""), (code, error));
        Assert.Matches("url 1 +the webhook at 127.0.0.1 +sent", output);
        Assert.Contains("answered 404 'no *** here'", output, StringComparison.Ordinal);
        Assert.Equal("test", (string?)JsonNode.Parse(good.Requests[0].Body)!["event"]);
    }

    [Fact]
    public async Task A_script_gets_json()
    {
        await using var good = await ScriptedServer.StartAsync(context => context.SendAsync(204));
        var (code, output, _) = await RunAsync($"generic+http://{good.Host}/s3cretPath", "--output", "json");
        Assert.Equal(ExitCode.Done, code);
        Assert.True((bool)JsonNode.Parse(output)!["channels"]![0]!["sent"]!);
    }

    [Fact]
    public async Task A_url_that_is_wrong_is_tried_with_nobody()
    {
        var (code, output, error) = await RunAsync("gotify://push.example.com?token=s3cretToken");
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.StartsWith("bumper: URL 1: the gotify:// URL cannot be used", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cretToken", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] more)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(["notify", "test", .. more], output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
