using System.Globalization;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.EndToEndTests.PullRequests;
using GitOpsBumper.EndToEndTests.PullRequests.GitLab;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks.Requests;

/// <summary>Many applications that propose, and what their requests cost the forge and git: when they are opened, and when nothing is new.</summary>
internal static class RequestsScenario
{
    public static async Task<int> RunAsync(RequestsOptions options, CancellationToken token)
    {
        using var published = new ScratchFolder("gob-publish-");
        var bumper = options.Bumper ?? await PublishedBumper.MakeAsync(published.Path, token);
        await using var world = await ScaleWorld.BuildAsync(options.Applications, ScaleShape.Default, null, token);
        await using var forge = new GitLabStandIn(world.Repository);
        await forge.StartAsync(token);
        await File.WriteAllTextAsync(Path.Combine(world.Manifests, "token.yaml"), $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: forge\n  namespace: argocd\nstringData:\n  token: {ForgeStandIn.Secret}\n", token);
        var host = new Uri(world.Repository.Url).Authority;
        string[] more =
        [
            "--pull-requests", "--forge", $"{host}=gitlab@{forge.ApiUrl}", "--forge-token", $"{host}=secret:argocd/forge#token", "--max-open-requests", options.Open.ToString(CultureInfo.InvariantCulture),
            "--max-new-requests-per-cycle", "0",
        ];
        var cache = world.NewFolder("cache");
        var report = new ScaleReport();
        var opened = await BumperRun.MeasureAsync(world, bumper, cache, token, more);
        Say(report, "opened", opened);
        if (opened.ExitCode != 0)
            report.Say(opened.Errors);
        report.Hold($"{options.Open} requests are open, and no more were asked for", opened.ExitCode == 0 && forge.Open.Count == options.Open && opened.Updated == options.Open);
        report.Hold("one push", opened.Pushes == 1);
        var asked = forge.Asked.Count;
        var quiet = await BumperRun.MeasureAsync(world, bumper, cache, token, more);
        Say(report, "nothing new", quiet);
        report.Hold("nothing new: nothing is pushed or told", quiet.Pushes == 0 && quiet.Updated == 0 && forge.Asked.Skip(asked).All(request => request.StartsWith("GET ", StringComparison.Ordinal)));
        report.Hold("nothing new: the forge is asked for its pages of open requests, and for closed ones, and for nothing else", quiet.ForgeRequests == (options.Open + 99) / 100 + 1);
        return report.Finish();
    }

    private static void Say(ScaleReport report, string what, BumperRun run) => report.Say(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {run.Wall.TotalSeconds:F2} s, peak {run.PeakMemory / 1_000_000} MB, {run.Updated} proposed, {run.ForgeRequests} requests of the forge, {run.GitRequests} of git, {run.Pushes} pushes, {run.TagLists} tag lists, {run.OtherRegistryRequests} other requests of the registry"));
}
