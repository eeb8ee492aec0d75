using System.Text.Json.Nodes;
using GitOpsBumper.Cli;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Cli.Approvals;

/// <summary><c>bumper approve --server</c> and <c>bumper reject --server</c> as a person types them.</summary>
public sealed class ServerApprovalTests : IAsyncLifetime
{
    private const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly TemporaryFolder _folder = new();
    private ScriptedServer _bot = null!;
    private string _seen = Approval("waiting");
    private string _said = Approval("approved");
    private int _status = 200;

    public async ValueTask InitializeAsync() => _bot = await ScriptedServer.StartAsync(AnswerAsync);

    [Fact]
    public async Task What_waits_is_approved_and_the_answer_is_printed()
    {
        var (code, output, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Equal($"argocd/web  web  1.5.0@{Digest}  approved: the reason\n", output);
        Assert.Equal(["GET /api/v1/approvals/argocd/web/web", "POST /api/v1/approvals/argocd/web/web"], _bot.Requests.Select(request => $"{request}"));
        Assert.Equal(("Bearer the-token", $$"""{"tag":"1.5.0","digest":"{{Digest}}","reject":false}"""), (_bot.Requests[1].Authorization, JsonNode.Parse(_bot.Requests[1].Body)!.ToJsonString()));
    }

    [Fact]
    public async Task A_script_gets_the_answer_itself()
    {
        var (code, output, _) = await RunAsync("approve", "web", "web", "1.5.0", "--output", "json");
        Assert.Equal(ExitCode.Done, code);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(_said), JsonNode.Parse(output)));
    }

    [Fact]
    public async Task What_is_planned_is_rejected_and_not_approved()
    {
        _seen = Approval("planned").Replace($"\"{Digest}\"", "null", StringComparison.Ordinal);
        var (code, _, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal((ExitCode.SomeFailed, "bumper: nothing of web of argocd/web waits for approval: the reason\n"), (code, error));
        _said = Approval("rejected");
        (code, var output, _) = await RunAsync("reject", "argocd/web", "web", "--reason", "breaks the checkout");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("rejected: the reason", output, StringComparison.Ordinal);
        var body = JsonNode.Parse(_bot.Requests[^1].Body)!;
        Assert.Equal((true, "breaks the checkout", null), ((bool)body["reject"]!, (string?)body["reason"], (string?)body["digest"]));
    }

    [Fact]
    public async Task What_somebody_else_rejected_meanwhile_is_no_success()
    {
        _said = Approval("rejected");
        Assert.Equal(ExitCode.SomeFailed, (await RunAsync("approve", "argocd/web", "web")).Code);
    }

    [Fact]
    public async Task Another_tag_than_the_one_that_is_named_is_left_alone()
    {
        var (code, _, error) = await RunAsync("approve", "argocd/web", "web", "1.6.0");
        Assert.Equal((ExitCode.SomeFailed, "bumper: 1.5.0 waits for approval, not 1.6.0\n"), (code, error));
        Assert.Single(_bot.Requests);
    }

    [Theory]
    [InlineData(400, ExitCode.Usage)]
    [InlineData(401, ExitCode.Usage)]
    [InlineData(403, ExitCode.Usage)]
    [InlineData(404, ExitCode.SomeFailed)]
    [InlineData(409, ExitCode.SomeFailed)]
    [InlineData(503, ExitCode.SomeFailed)]
    public async Task The_exit_code_says_whose_fault_it_is(int status, int expected)
    {
        (_status, _seen) = (status, """{"error": "no\u001b[2J"}""");
        var (code, output, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal((expected, ""), (code, output));
        Assert.Equal($"bumper: {_bot.Host} answered with {status}: no?[2J\n", error);
    }

    [Theory]
    [InlineData("--reason is needed", "reject", "argocd/web", "web")]
    [InlineData("--reason is needed", "reject", "argocd/web", "web", "--reason", " ")]
    [InlineData("is not <namespace>/<name>", "approve", "argocd/WEB?x", "web")]
    [InlineData("Required argument 'alias' missing", "approve", "argocd/web")]
    public async Task What_is_wrong_with_the_command_line_is_told_before_anybody_is_asked(string sentence, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Empty(_bot.Requests);
    }

    [Fact]
    public async Task Without_a_token_of_ones_own_nothing_is_decided()
    {
        var (code, _, error) = await ExecuteAsync(["approve", "argocd/web", "web", "--server", $"http://{_bot.Host}"]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("there is no token: set BUMPER_TOKEN, or name a file with --token-file", error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        _folder.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.SendAsync(_status, context.Request.Method == "GET" ? _seen : _said);

    private static string Approval(string state) => $$"""{"application": "argocd/web", "alias": "web", "tag": "1.5.0", "digest": "{{Digest}}", "state": "{{state}}", "reason": "the reason"}""";

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        ExecuteAsync([.. arguments, "--server", $"http://{_bot.Host}", "--token-file", _folder.Write("token", "the-token\n")]);

    private static async Task<(int Code, string Output, string Error)> ExecuteAsync(string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
