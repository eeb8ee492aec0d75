using System.Net;
using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Triggers;

/// <summary>What the API says of itself, held against what it does.</summary>
public sealed class OpenApiTests(World world)
{
    [Fact]
    public async Task Triggers_do_what_the_description_says()
    {
        await using var stage = await TriggerStage.SetAsync(world, cluster => cluster.DeployAsync("1.0.0", "1.1.0"));
        await using var proxy = await DescribedApi.OpenAsync(stage);
        var image = stage.Cluster.Stage.Image("web");
        var name = $"{stage.Cluster.Namespace}/web";
        await proxy.AnswersAsync(HttpStatusCode.OK, "/api/v1/trigger?wait=60s", $$"""{"image": "{{image}}", "tag": "1.1.0"}""");
        await proxy.AnswersAsync(HttpStatusCode.OK, "/api/v1/trigger?wait=60s", $$"""{"application": "{{name}}", "urgent": false}""");
        var accepted = await proxy.AnswersAsync(HttpStatusCode.Accepted, "/api/v1/trigger", $$"""{"application": "{{name}}"}""");
        await proxy.AnswersAsync(HttpStatusCode.NotFound, "/api/v1/trigger", """{"image": "ghcr.io/nobody/uses"}""");
        await proxy.AnswersAsync(HttpStatusCode.Forbidden, "/api/v1/trigger", $$"""{"application": "{{name}}"}""", "user-3");
        await proxy.AnswersAsync(HttpStatusCode.BadRequest, "/api/v1/trigger", """{"image": "UPPER:CASE"}""");

        await proxy.AnswersAsync(HttpStatusCode.OK, $"/api/v1/triggers/{accepted["id"]}?wait=60s");
        // Nobody else's business.
        Assert.Equal(404, (await stage.GetAsync($"/api/v1/triggers/{accepted["id"]}", stage.TokenOf("user-3"))).Status);
    }

    [Fact]
    public async Task Approvals_do_what_the_description_says()
    {
        await using var stage = await TriggerStage.SetAsync(world, cluster => cluster.DeployAsync(
            it => it with
            {
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.approval"] = "required", ["web.approval-deadline"] = "72h" },
            },
            "1.0.0",
            "1.1.0"));
        await using var proxy = await DescribedApi.OpenAsync(stage);
        await stage.Controller.DecidesAsync("web", "pending", "waits for approval");
        var waiting = Assert.Single((await proxy.AnswersAsync(HttpStatusCode.OK, "/api/v1/approvals"))["approvals"]!.AsArray())!;
        var path = $"/api/v1/approvals/{stage.Cluster.Namespace}/web/web";
        var version = $$"""{"tag": "{{waiting["tag"]}}", "digest": "{{waiting["digest"]}}"}""";
        Assert.Equal($"{waiting["digest"]}", $"{(await proxy.AnswersAsync(HttpStatusCode.OK, path))["digest"]}");
        await proxy.AnswersAsync(HttpStatusCode.Forbidden, path, version, "user-3");
        await proxy.AnswersAsync(HttpStatusCode.NotFound, $"{path}-other", version);
        await proxy.AnswersAsync(HttpStatusCode.Conflict, path, version.Replace("1.1.0", "1.0.9", StringComparison.Ordinal));
        await proxy.AnswersAsync(HttpStatusCode.BadRequest, path, version.Replace("}", """, "reject": true}""", StringComparison.Ordinal));
        await proxy.AnswersAsync(HttpStatusCode.OK, path, version);
        await stage.Controller.DecidesAsync("web", "updated", "approved by annotation");
        Assert.Empty((await proxy.AnswersAsync(HttpStatusCode.OK, "/api/v1/approvals"))["approvals"]!.AsArray());
    }
}
