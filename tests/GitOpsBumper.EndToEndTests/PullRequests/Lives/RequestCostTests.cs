using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>What requests cost the forge and git does not grow with the number of applications.</summary>
public sealed class RequestCostTests(World world)
{
    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public async Task Nothing_new_costs_one_question_of_each_kind_however_many_applications_there_are(int applications)
    {
        await using var play = await RequestStage.SetAsync(world, "gitlab");
        await play.Stage.PushTagsAsync("shared", "1.0.0", "1.1.0");
        for (var index = 0; index < applications; index++)
        {
            play.Stage.Deploy(new Deployment($"app-{index:D2}", play.Stage.Image("shared"))
            {
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["pull-request"] = "true" },
            });
        }

        await play.Stage.PublishAsync();
        var opened = (await play.RunAsync()).MustExit(0);
        Assert.Equal(applications, play.Forge.Open.Count);
        // A listing, and one push for all branches; the list of what is open, the list of what was closed, and one request for each that is opened.
        Assert.Equal((applications + 2, 1), ((int)opened.Report["requests"]!["forge"]!, await play.Stage.Repository.CountPushesAsync(Stage.Token)));

        var quiet = (await play.RunAsync()).MustExit(0);
        Assert.Equal((2, 1), ((int)quiet.Report["requests"]!["forge"]!, (int)quiet.Report["requests"]!["git"]!));
        Assert.All(quiet.Report["applications"]!.AsArray(), application => Assert.Equal("pending", (string)application!["images"]![0]!["decision"]!));
        Assert.Equal(1, await play.Stage.Repository.CountPushesAsync(Stage.Token));
    }
}
