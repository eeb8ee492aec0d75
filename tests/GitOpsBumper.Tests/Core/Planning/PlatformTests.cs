using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

public sealed class PlatformTests
{
    private const string Repository = "registry.example.com/team/web";

    [Fact]
    public void Each_image_has_its_platforms_and_the_others_share_the_default()
    {
        var world = new PlanningCase();
        world.Annotations["gitopsbumper.io/image-list"] = "a=team/a, b=team/b";
        world.Annotations["gitopsbumper.io/platforms"] = "linux/amd64";
        world.Annotations["gitopsbumper.io/b.platforms"] = "linux/arm64, linux/arm/v7";
        foreach (var alias in new[] { "a", "b" })
        {
            world.Annotations[$"gitopsbumper.io/{alias}.helm.image-name"] = $"{alias}.name";
            world.Annotations[$"gitopsbumper.io/{alias}.helm.image-tag"] = $"{alias}.tag";
            world.Registries[$"docker.io/team/{alias}"] = new RegistryWorld()
                .Push("1.0.0", platform: "linux/amd64").Push("1.1.0", platform: "linux/arm/v7").Push("1.2.0", platform: "linux/arm/v6");
        }

        Assert.Equal(["1.0.0", "1.1.0"], world.Cycle().Images.Select(image => Assert.IsType<ImageDecision.Update>(image.Decision).Value.ToString()));
    }

    [Fact]
    public void With_nothing_set_every_platform_will_do_and_none_is_asked_about()
    {
        var tags = new RegistryWorld().Push("1.0.0", platform: "linux/amd64").Push("1.1.0", platform: "windows/arm64");
        Assert.Equal("1.1.0", Assert.IsType<ImageDecision.Update>(PlanningCase.Of($"web={Repository}", Repository, tags).Decide()).Value.ToString());
        Assert.Equal(["TagList"], tags.Asked.Select(question => question.GetType().Name));
    }

    [Fact]
    public void With_nothing_set_the_newest_platform_of_an_index_dates_it()
    {
        var build = new ImageBuild(RegistryWorld.DigestOf("index"), [Built("amd64", 1), Built("arm64", 4), Built("s390x", null)]);
        Assert.Equal(4, build.CreatedFor([])?.Day);
        Assert.Equal(1, build.CreatedFor([new Platform("linux", "amd64", null)])?.Day);
        Assert.Equal(4, build.CreatedFor([new Platform("linux", "amd64", null), new Platform("linux", "arm64", null)])?.Day);
        Assert.Null(build.CreatedFor([new Platform("linux", "s390x", null)]));
        Assert.True(build.RunsOn([]));
        Assert.False(build.RunsOn([new Platform("linux", "386", null)]));
    }

    [Fact]
    public void Builds_of_one_moment_go_by_their_tag_and_what_is_written_stays()
    {
        var tags = new RegistryWorld().Push("a", day: 3).Push("c", day: 3).Push("b", day: 3).Push("z", day: 1);
        var web = PlanningCase.Of($"web={Repository}", Repository, tags, null, "web.update-strategy=newest-build");
        Assert.Equal("c", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        tags.Push("d", day: 3);
        Assert.Equal("c stays, d is equal to it", Assert.IsType<ImageDecision.UpToDate>(web.Decide()).Reason);
    }

    private static BuiltPlatform Built(string architecture, int? day) =>
        new(new Platform("linux", architecture, null), day is { } known ? new DateTimeOffset(2026, 8, known, 0, 0, 0, TimeSpan.Zero) : null);
}
