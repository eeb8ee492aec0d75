using System.Diagnostics;
using System.Diagnostics.Metrics;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Adapters.Telemetry;
using GitOpsBumper.Metrics;

namespace GitOpsBumper.Tests.Adapters.Telemetry;

public sealed class CallOutcomeTests
{
    [Theory]
    [InlineData(200, false, CallOutcome.Ok)]
    [InlineData(307, true, CallOutcome.Ok)]
    [InlineData(304, true, CallOutcome.NotModified)]
    [InlineData(401, false, CallOutcome.Challenged)]
    [InlineData(401, true, CallOutcome.Unauthorized)]
    [InlineData(403, false, CallOutcome.Unauthorized)]
    [InlineData(404, true, CallOutcome.NotFound)]
    [InlineData(429, true, CallOutcome.RateLimited)]
    [InlineData(400, true, CallOutcome.Refused)]
    [InlineData(500, true, CallOutcome.Failed)]
    public void An_http_answer_has_an_outcome(int status, bool authorized, CallOutcome expected)
    {
        using var meter = new Meter("test");
        using var spans = new ActivitySource("test");
        var call = new CallTelemetry(meter, spans, TimeProvider.System).Registries.For(new Uri("https://registry.example.com")).Begin("GET", new Uri("https://registry.example.com/v2/"), "tags");
        call.Answered(status, authorized);
        Assert.Equal(expected, call.Outcome);
    }

    [Fact]
    public void Every_outcome_has_a_word_of_its_own()
    {
        var words = Enum.GetValues<CallOutcome>().Select(outcome => outcome.Word()).ToList();
        Assert.Equal(words.Count, words.Distinct(StringComparer.Ordinal).Count());
        Assert.All(words, word => Assert.Matches("^[a-z_]+$", word));
    }

    [Theory]
    [InlineData("list", "ls-remote", "--symref", "origin")]
    [InlineData("fetch", "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--stdin", "origin")]
    [InlineData("push", "push", "--porcelain", "origin")]
    [InlineData("commit", "fast-import", "--quiet")]
    [InlineData(null, "cat-file", "--batch")]
    [InlineData(null, "-c", "push=1")]
    public void Git_processes_that_take_time_are_measured(string? expected, params string[] arguments) => Assert.Equal(expected, GitOperation.Of(arguments));

    [Theory]
    [InlineData(0, "", "", CallOutcome.Ok)]
    [InlineData(1, "To https://x\n!\trefs/heads/a:refs/heads/main\t[rejected] (fetch first)\nDone\n", "", CallOutcome.LostRace)]
    [InlineData(1, "To https://x\n!\trefs/heads/a:refs/heads/main\t[remote rejected] (pre-receive hook declined)\nDone\n", "", CallOutcome.Refused)]
    [InlineData(1, "!\ta:refs/heads/main\t[rejected] (fetch first)\n!\tb:refs/heads/x\t[remote rejected] (hook declined)\n", "", CallOutcome.Refused)]
    [InlineData(128, "", "fatal: Authentication failed for 'https://git.example.com/a.git/'", CallOutcome.Unauthorized)]
    [InlineData(128, "", "fatal: something nobody has ever seen", CallOutcome.Failed)]
    public void The_end_of_a_git_process_has_an_outcome(int exitCode, string output, string error, CallOutcome expected)
    {
        Assert.True(RepositoryUrl.TryParse("https://git.example.com/a.git", out var url, out var problem), problem);
        Assert.Equal(expected, GitOperation.OutcomeOf(new ProcessResult(exitCode, output, error), url));
    }

    [Fact]
    public void Requests_to_the_api_server_are_counted_under_the_known_names()
    {
        using var meter = new Meter("test");
        using var spans = new ActivitySource("test");
        using var collector = new MetricsCollector(meter);
        var telemetry = new CallTelemetry(meter, spans, TimeProvider.System).Kubernetes;
        Assert.Contains("\nargocd_image_updater_k8s_api_errors_total 0\n", collector.Render(), StringComparison.Ordinal);
        telemetry.Requested();
        telemetry.Requested();
        telemetry.Failed();
        Assert.Contains("\nargocd_image_updater_k8s_api_requests_total 2\n", collector.Render(), StringComparison.Ordinal);
        Assert.Contains("\nargocd_image_updater_k8s_api_errors_total 1\n", collector.Render(), StringComparison.Ordinal);
    }
}
