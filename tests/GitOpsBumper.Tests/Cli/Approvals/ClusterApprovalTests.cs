using System.Text.Json.Nodes;
using GitOpsBumper.Cli;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Tests.Api.Approvals;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Cli.Approvals;

/// <summary><c>bumper approve</c> and <c>bumper reject</c> by somebody who may get and patch the Application, and nothing else.</summary>
public sealed class ClusterApprovalTests : IAsyncLifetime
{
    private static readonly string Request = $"{new ApprovalRequest(ApprovalStage.Waiting, DateTimeOffset.UnixEpoch)}";

    private readonly TemporaryFolder _folder = new();
    private ApplicationStore _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await ApplicationStore.StartAsync();

    [Fact]
    public async Task What_the_bot_has_noted_is_approved_with_its_digest()
    {
        Put(("approval-request", Request));
        var (code, output, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal((ExitCode.Done, $"argocd/web  web  {ApprovalStage.Waiting}  approved\n", ""), (code, output, error));
        Assert.Equal($"{ApprovalStage.Waiting}", Annotation("approved"));
        Assert.Equal((1, 1), (_cluster.Count("GET", ""), _cluster.Count("PATCH", "")));
    }

    [Fact]
    public async Task A_script_gets_json()
    {
        Put(("approval-request", Request), ("approved", "1.5.0"));
        var (code, output, _) = await RunAsync("reject", "web", "web", "1.5.0", "--reason", "breaks\nthe checkout", "--output", "json");
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal($$"""{"application":"argocd/web","alias":"web","version":"{{ApprovalStage.Waiting}}","state":"rejected"}""", JsonNode.Parse(output)!.ToJsonString());
        Assert.Equal($"{ApprovalStage.Waiting} breaks the checkout", Annotation("rejected"));
        Assert.Null(Annotation("approved"));
    }

    [Fact]
    public async Task Without_anything_noted_it_is_told_what_is_needed()
    {
        Put();
        var (code, _, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("the bot has noted in Application argocd/web no version of web that waits", error, StringComparison.Ordinal);
        Assert.Contains("with a version noted there it takes 'get' and 'patch' on the Application", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.6.0", "approval", "required")]
    [InlineData("1.5.0", "approval", "none")]
    public async Task What_is_noted_and_does_not_wait_any_more_is_not_decided_about(string tag, string key, string value)
    {
        Put(("approval-request", Request), (key, value));
        var (code, _, error) = await RunAsync("approve", "argocd/web", "web", tag);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("the bot has noted in Application argocd/web no version of web that waits with this tag", error, StringComparison.Ordinal);
        Assert.Equal(0, _cluster.Count("PATCH", ""));
    }

    [Fact]
    public async Task An_annotation_that_is_not_enough_is_not_written()
    {
        Put(("approval-request", Request), ("approval-votes", "2"));
        var (code, _, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal((ExitCode.SomeFailed, $"bumper: {ApprovalStage.Waiting} needs votes that the bot notes: give --server\n"), (code, error));
        Assert.Null(Annotation("approved"));
    }

    [Fact]
    public async Task What_somebody_rejected_is_not_approved_over_their_head()
    {
        Put(("approval-request", Request), ("rejected", "1.5.0 breaks the checkout"));
        var (code, _, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Contains("is rejected by the annotation gitopsbumper.io/web.rejected (breaks the checkout): remove it first", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PATCH", 403, ExitCode.Usage)]
    [InlineData("GET", 403, ExitCode.Usage)]
    [InlineData("PATCH", 500, ExitCode.SomeFailed)]
    public async Task Without_the_right_the_exit_code_is_2(string method, int status, int expected)
    {
        Put(("approval-request", Request));
        _cluster.Refusals[method] = status;
        var (code, output, error) = await RunAsync("approve", "argocd/web", "web");
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains("the words of the API server", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_may_have_a_slash()
    {
        _cluster.Put(ApprovalStage.Web, ("gitopsbumper.io/image-list", "team/web=registry.example.com/team/web:~1"), ("gitopsbumper.io/team_web.approval", "required"), ("gitopsbumper.io/team_web.approval-request", Request));
        Assert.Equal(ExitCode.Done, (await RunAsync("approve", "argocd/web", "team/web")).Code);
        Assert.Equal($"{ApprovalStage.Waiting}", _cluster.Annotation(ApprovalStage.Web, "gitopsbumper.io/team_web.approved"));
    }

    [Fact]
    public async Task Applications_in_files_are_annotated_there()
    {
        var (code, _, error) = await RunAsync("approve", "argocd/web", "web", "--manifests", _folder.Path);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("Applications in files cannot be approved for", error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    private void Put(params (string Key, string Value)[] annotations) => _cluster.Put(
        ApprovalStage.Web,
        [
            ("gitopsbumper.io/image-list", "web=registry.example.com/team/web:~1"),
            .. annotations.Prepend(("approval", "required")).GroupBy(pair => pair.Item1, StringComparer.Ordinal).Select(same => (ApprovalStage.Prefix + same.Key, same.Last().Item2)),
        ]);

    private string? Annotation(string key) => _cluster.Annotation(ApprovalStage.Web, ApprovalStage.Prefix + key);

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync([.. arguments, "--kubeconfig", _folder.Write("kubeconfig", _cluster.Kubeconfig)], output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
