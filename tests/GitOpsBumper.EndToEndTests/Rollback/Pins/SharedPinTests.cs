using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Rollback.Pins;

/// <summary>Two applications write to one place, and a command or a cycle is about one of them.</summary>
public sealed class SharedPinTests(World world)
{
    private const string File = "apps/shared/values.yaml";

    [Fact]
    public async Task What_is_held_for_one_is_not_written_over_by_a_cycle_of_the_other_alone()
    {
        using var stage = await SetAsync();
        (await stage.CallAsync("pin", "first", "web", "1.1.0", "--with", "value", "--by", "Ada")).MustExit(0);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("pinned", (await stage.RunAsync("--app", "second")).MustExit(0).Image("second").Decision);
        Assert.Contains("tag: 1.1.0\n", await stage.ReadAsync(File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Either_of_them_tells_of_it_and_lets_go_of_it()
    {
        using var stage = await SetAsync();
        (await stage.CallAsync("pin", "first", "web", "1.1.0", "--with", "value", "--by", "Ada")).MustExit(0);
        Assert.Contains("\n  pinned to 1.1.0 by commit ", (await stage.CallAsync("history", "second")).MustExit(0).Output, StringComparison.Ordinal);
        (await stage.CallAsync("unpin", "second", "--by", "Bob")).MustExit(0);
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("first").Decision);
        Assert.Contains("tag: 1.2.0\n", await stage.ReadAsync(File), StringComparison.Ordinal);
        (await stage.CallAsync("rollback", "second", "--with", "value", "--by", "Bob")).MustExit(0);
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("first").Decision);
    }

    private async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0", "1.2.0");
        foreach (var name in new[] { "first", "second" })
        {
            stage.Deploy(new Deployment(name, stage.Image("web"))
            {
                Tag = null,
                Path = "apps/shared",
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = "helmvalues:values.yaml" },
            });
        }

        stage.File(File, $"image:\n  name: {stage.Image("web")}\n  tag: 1.0.0\n");
        await stage.PublishAsync();
        (await stage.RunAsync()).MustExit(0);
        return stage;
    }
}
