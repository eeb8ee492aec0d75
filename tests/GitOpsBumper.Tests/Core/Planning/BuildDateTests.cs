using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>When what is written was built is told where it is known anyway.</summary>
public sealed class BuildDateTests
{
    private const string Repository = "docker.io/team/web";

    [Fact]
    public void A_strategy_that_goes_by_date_tells_it()
    {
        var world = new RegistryWorld().Push("old", day: 1).Push("new", day: 9);
        var decision = PlanningCase.Of("web=team/web", Repository, world, annotations: "web.update-strategy=newest-build").Decide();
        Assert.Equal(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero), Assert.IsType<ImageDecision.Update>(decision).Built);
    }

    [Fact]
    public void A_strategy_that_goes_by_name_does_not_ask_for_it()
    {
        var world = new RegistryWorld().Push("1.0.0", day: 1).Push("1.1.0", day: 9);
        var decision = PlanningCase.Of("web=team/web:~1", Repository, world, annotations: "web.update-strategy=semver").Decide();
        Assert.Null(Assert.IsType<ImageDecision.Update>(decision).Built);
        Assert.Empty(world.Asked.OfType<RegistryQuestion.BuildOf>());
    }

    [Fact]
    public void A_platform_that_has_to_be_looked_at_tells_it_by_the_way()
    {
        var world = new RegistryWorld().Push("1.0.0", day: 1).Push("1.1.0", day: 9);
        var decision = PlanningCase.Of("web=team/web:~1", Repository, world, annotations: "web.platforms=linux/amd64").Decide();
        Assert.Equal(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero), Assert.IsType<ImageDecision.Update>(decision).Built);
    }
}
