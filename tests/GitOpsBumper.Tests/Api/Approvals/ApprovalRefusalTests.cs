using GitOpsBumper.Api;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Adapters.Identity;
using GitOpsBumper.Tests.Api.Hooks;

namespace GitOpsBumper.Tests.Api.Approvals;

/// <summary>Who may not decide hears nothing, and what cannot be understood changes nothing.</summary>
public sealed class ApprovalRefusalTests
{
    [Fact]
    public async Task Tokens_that_nobody_vouches_for_by_name_approve_nothing()
    {
        await using var issuer = await TestIssuer.StartAsync(TestContext.Current.CancellationToken);
        await using var stage = await ApprovalStage.SetAsync();
        stage.Issuers = [new JobIssuer(issuer.Url, "gitops-bumper", issuer.AuthorityPem, [new JobRule(new Dictionary<string, string>(), new Grant([], []))])];
        var job = issuer.Sign("gitops-bumper", new Dictionary<string, object> { ["sub"] = "repo:team/web" });
        foreach (var (token, name) in new[] { (ApprovalStage.StaticToken, "token jenkins"), (job, "job repo:team/web") })
        {
            foreach (var (method, path, body) in new[] { ("POST", ApprovalStage.Path, ApprovalStage.Body(ApprovalStage.Waiting)), ("GET", ApprovalStage.Path, null), ("GET", ApprovalStage.List, null) })
            {
                var reply = await stage.SendAsync(method, path, body, token);
                Assert.Equal(403, reply.Status);
                Assert.StartsWith($"{name}", reply.Reason, StringComparison.Ordinal);
            }
        }

        Assert.Null(stage.Annotation("approvals"));
    }

    [Fact]
    public async Task Whether_there_is_an_Application_is_not_said_to_who_may_not_change_it()
    {
        await using var stage = await ApprovalStage.SetAsync();
        var there = await stage.ApproveAsync("bob");
        var nowhere = await stage.ApproveAsync("bob", "/api/v1/approvals/argocd/none/web");
        Assert.Equal((403, 403), (there.Status, nowhere.Status));
        Assert.Equal(there.Reason, nowhere.Reason.Replace("argocd/none", "argocd/web", StringComparison.Ordinal));
        Assert.Equal(403, (await stage.GetAsync(ApprovalStage.Path, "bob")).Status);
        Assert.Equal(401, (await stage.ApproveAsync("nobody")).Status);
    }

    [Theory]
    [InlineData("/api/v1/approvals/argocd/web/other", 404)]
    [InlineData("/api/v1/approvals/argocd/web/", 404)]
    [InlineData("/api/v1/approvals/argocd/web", 404)]
    [InlineData("/api/v1/approvals/argocd/UPPER/web", 404)]
    public async Task What_is_not_there_is_not_found(string path, int status)
    {
        await using var stage = await ApprovalStage.SetAsync();
        Assert.Equal(status, (await stage.ApproveAsync(path: path)).Status);
    }

    [Theory]
    [InlineData("DELETE", ApprovalStage.Path)]
    [InlineData("PUT", ApprovalStage.Path)]
    [InlineData("POST", ApprovalStage.List)]
    public async Task Other_methods_are_refused(string method, string path)
    {
        await using var stage = await ApprovalStage.SetAsync();
        Assert.Equal(405, (await stage.SendAsync(method, path, "{}", "token-of-ada")).Status);
    }

    [Theory]
    [InlineData("""{"tag": "1.5.0", "digest": "$", "reson": "x"}""", "field 'reson' is not known")]
    [InlineData("""{"tag": "1.5.0", "tag": "1.4.0", "digest": "$"}""", "no JSON")]
    [InlineData("""{"tag": 1.5, "digest": "$"}""", "field 'tag' has to be a text")]
    [InlineData("""{"tag": "1.5.0", "digest": "$", "reject": "yes"}""", "field 'reject' has to be true or false")]
    [InlineData("""{"tag": "1.5.0", "digest": "$", "reject": true}""", "field 'reason' is needed")]
    [InlineData("""{"tag": "1.5.0", "digest": "$", "reject": true, "reason": " \n "}""", "field 'reason' is needed")]
    [InlineData("""{"tag": "1.5.0"}""", "field 'digest': it is needed")]
    [InlineData("""{"digest": "$"}""", "field 'tag' is needed")]
    [InlineData("""{"tag": "1.5.0", "digest": "sha256:abc"}""", "field 'digest': ")]
    [InlineData("""{"tag": "-1", "digest": "$"}""", "field 'tag': ")]
    [InlineData("""{"tag": "\ud800", "digest": "$"}""", "no Unicode")]
    [InlineData("""["1.5.0"]""", "has to be an object")]
    [InlineData("", "no JSON")]
    public async Task A_body_that_says_something_else_changes_nothing(string body, string problem)
    {
        await using var stage = await ApprovalStage.SetAsync();
        var reply = await stage.SendAsync("POST", ApprovalStage.Path, body.Replace("$", $"{ApprovalStage.Waiting.Digest}", StringComparison.Ordinal), "token-of-ada");
        Assert.Equal(400, reply.Status);
        Assert.Contains(problem, reply.Reason, StringComparison.Ordinal);
        Assert.Equal(0, stage.Cluster.Count("PATCH", "applications/web"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read()
    {
        await using var stage = await ApprovalStage.SetAsync();
        Assert.Equal(413, (await stage.SendAsync("POST", ApprovalStage.Path, new string(' ', (16 * 1024) + 1), "token-of-ada")).Status);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var stage = await ApprovalStage.SetAsync();
        // It holds nothing that would have to be disposed of.
        List<SilentBody> bodies = [.. Enumerable.Range(0, 1).Select(_ => new SilentBody())];
        var reply = stage.SendAsync("POST", ApprovalStage.Path, bodies[0], "token-of-ada");
        await bodies[0].IsRead;
        stage.Time.Advance(RequestBody.Patience + TimeSpan.FromSeconds(1));
        Assert.Equal(408, (await reply).Status);
    }

    [Theory]
    [InlineData("PATCH", 403, false)]
    [InlineData("PATCH", 500, true)]
    public async Task What_the_API_server_says_is_told_to_nobody(string method, int status, bool isAskedAgain)
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Cluster.Refusals[method] = status;
        var reply = await stage.ApproveAsync();
        Assert.Equal((503, isAskedAgain), (reply.Status, reply.RetryAfter is not null));
        Assert.DoesNotContain("the words of the API server", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_says_nothing_of_rights_permits_nothing()
    {
        await using var stage = await ApprovalStage.SetAsync();
        Assert.Equal(200, (await stage.GetAsync(ApprovalStage.Path)).Status);
        // Who ada is is remembered for a moment, and of another Application nobody has asked yet.
        stage.Cluster.Refusals["POST"] = 403;
        stage.Knows.Add(new NamespacedName("argocd", "shop"));
        var reply = await stage.ApproveAsync(path: "/api/v1/approvals/argocd/shop/web");
        Assert.Equal(503, reply.Status);
        Assert.DoesNotContain("the words of the API server", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_not_been_looked_at_yet_is_asked_about_again()
    {
        await using var stage = await ApprovalStage.SetAsync();
        stage.Reports.Clear();
        stage.HasLooked = false;
        foreach (var reply in new[] { await stage.GetAsync(ApprovalStage.List), await stage.GetAsync(ApprovalStage.Path), await stage.ApproveAsync(), await stage.RejectAsync() })
            Assert.Equal((503, true), (reply.Status, reply.RetryAfter > TimeSpan.Zero));
        stage.HasLooked = true;
        Assert.Empty((await stage.GetAsync(ApprovalStage.List)).Body["approvals"]!.AsArray());
        // New since.
        Assert.Equal(503, (await stage.ApproveAsync()).Status);
        stage.Knows.Clear();
        Assert.Equal(404, (await stage.ApproveAsync()).Status);
    }
}
