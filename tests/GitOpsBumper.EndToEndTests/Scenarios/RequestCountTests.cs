using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>What a registry is asked, by its own log: promises of docs/reference/registries.md.</summary>
public sealed class RequestCountTests(World world)
{
    private const int Applications = 50;

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Fifty_applications_on_one_repository_cost_one_tag_list_per_cycle()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        for (var number = 0; number < Applications; number++)
            stage.Deploy(new Deployment($"web-{number}", stage.Image("web")));
        await stage.PublishAsync();
        var before = await CountAsync(stage);

        var first = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("1.1.0", first.Image($"web-{Applications - 1}").Candidate);
        Assert.Equal(1, await stage.CountTagListsAsync("web"));
        Assert.Equal(before + 1, await CountAsync(stage));

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(before + 2, await CountAsync(stage));
    }

    [Fact]
    public async Task A_digest_image_costs_one_HEAD_per_cycle_however_many_applications_follow_it()
    {
        using var stage = await Stage.SetAsync(world);
        var path = stage.RepositoryPath("web");
        await stage.Registry.Images.PushImageAsync(path, TestImage.Amd64(Monday), ["stable"], Stage.Token);
        for (var number = 0; number < Applications; number++)
        {
            stage.Deploy(new Deployment($"web-{number}", stage.Image("web"))
            {
                Constraint = ":stable",
                Tag = "stable",
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.update-strategy"] = "digest" },
            });
        }

        await stage.PublishAsync();
        for (var cycle = 0; cycle < 2; cycle++)
        {
            var before = await CountAsync(stage);
            (await stage.RunAsync()).MustExit(0);
            var requests = (await stage.Registry.RequestsAsync(path, Stage.Token)).Skip(before);
            Assert.Equal([$"HEAD /v2/{path}/manifests/stable"], requests.Select(request => $"{request.Method} {request.Path}"));
        }
    }

    private static async Task<int> CountAsync(Stage stage) => (await stage.Registry.RequestsAsync(stage.RepositoryPath("web"), Stage.Token)).Count;
}
