using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>Several namespaces of Applications, of which one may be gone or closed: the others do not suffer from it.</summary>
public sealed class NamespaceTests(World world)
{
    private const string User = "user-13";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_namespace_that_may_not_be_listed_stops_no_other_one_and_is_taken_up_with_the_right()
    {
        using var teams = await TeamsAsync();
        await AllowAsync(teams.Stage, teams.Ours.Namespace);
        await using var controller = RunningController.Launch(teams.Stage, "--interval", "0", "--namespace", $"{teams.Ours.Namespace},{teams.Theirs.Namespace},never-was");

        await controller.DecidesAsync("ours", "updated");
        Assert.Equal((200, "ok"), await controller.GetAsync("/readyz"));
        await controller.SeesAsync("both refusals", status => Problems(status, teams.Theirs.Namespace) == 1 && Problems(status, "never-was") == 1);
        Assert.Equal(2, controller.Log.Split("are not seen until the API server answers again").Length - 1);
        Assert.Null(await TagFileAsync(teams, teams.Theirs));

        await AllowAsync(teams.Stage, teams.Theirs.Namespace);
        await controller.DecidesAsync("theirs", "updated");
        await controller.SeesAsync("one refusal", status => Problems(status, teams.Theirs.Namespace) == 0 && Problems(status, "never-was") == 1);
        Assert.Equal((200, "ok"), await controller.GetAsync("/readyz"));
        Assert.Equal(2, (await teams.Stage.OurCommitsAsync()).Count);
    }

    [Fact]
    public async Task Nobody_commits_for_Applications_of_a_namespace_that_may_not_be_listed_any_more()
    {
        using var teams = await TeamsAsync();
        await AllowAsync(teams.Stage, teams.Ours.Namespace);
        await AllowAsync(teams.Stage, teams.Theirs.Namespace);
        await using var cable = Cable.To(teams.Stage.Cluster.Url.Port);
        using var folder = new ScratchFolder("gob-cable-");
        teams.Stage.Kubeconfig = teams.Stage.Cluster.WriteKubeConfig(folder, User, teams.Stage.Namespace, cable.Port);
        await using var controller = RunningController.Launch(teams.Stage, "--interval", "1s", "--namespace", $"{teams.Ours.Namespace},{teams.Theirs.Namespace}");
        await controller.DecidesAsync("ours", "up-to-date");
        await controller.DecidesAsync("theirs", "up-to-date");

        // The namespace goes while nobody listens, and with it the right to look into it.
        cable.Cut();
        await RevokeAsync(teams.Stage, teams.Theirs.Namespace);
        await teams.Stage.Cluster.DeleteAsync($"/apis/argoproj.io/v1alpha1/namespaces/{teams.Theirs.Namespace}/applications/theirs", Token);
        cable.Mend();
        await controller.SeesAsync("one application", status => Problems(status, teams.Theirs.Namespace) == 1 && status["applications"]!.AsArray().Count == 1);

        await teams.Stage.Stage.PushTagsAsync("web", "1.2.0");
        await Eventually.HoldsAsync("the commit", async () => (await TagFileAsync(teams, teams.Ours))?.Contains("1.2.0", StringComparison.Ordinal) == true, () => controller.Log);
        Assert.Contains("1.1.0", await TagFileAsync(teams, teams.Theirs), StringComparison.Ordinal);
        Assert.Equal((200, "ok"), await controller.GetAsync("/readyz"));
    }

    [Fact]
    public async Task Without_any_namespace_that_may_be_listed_it_is_not_ready_and_says_why()
    {
        using var teams = await TeamsAsync();
        await using var controller = RunningController.Launch(teams.Stage, "--interval", "0", "--namespace", $"{teams.Ours.Namespace},{teams.Theirs.Namespace}");
        await controller.SeesAsync("both refusals", status => Problems(status, teams.Ours.Namespace) == 1 && Problems(status, teams.Theirs.Namespace) == 1);
        var (code, reasons) = await controller.GetAsync("/readyz");
        Assert.Equal(503, code);
        Assert.Contains("cannot list resource \"applications\"", reasons, StringComparison.Ordinal);
        Assert.Contains(teams.Ours.Namespace, reasons, StringComparison.Ordinal);
    }

    /// <summary>Applications of two teams, and a user who may look at neither.</summary>
    private async Task<Teams> TeamsAsync()
    {
        var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var teams = new Teams(stage, await AddAsync("ours"), await AddAsync("theirs"));
        await stage.Cluster.MergeAsync(stage.Argo("appprojects/default"), """{"spec":{"sourceNamespaces":["*"]} }""", Token);
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(teams.Ours);
        await stage.ApplyAsync(teams.Theirs);
        stage.Kubeconfig = stage.Cluster.WriteKubeConfig(teams.Folder, User, stage.Namespace);
        await stage.Cluster.AllowAsync(
            User, "[{apiGroups: [''], resources: [configmaps, secrets], verbs: [get, list, watch]}, {apiGroups: [argoproj.io], resources: [appprojects], verbs: [list, watch]}]", stage.Namespace, Token);
        await stage.Cluster.AllowAsync(User, "[{apiGroups: [argocd-image-updater.argoproj.io], resources: [imageupdaters], verbs: [list, watch]}]", space: null, Token);
        return teams;

        async Task<Deployment> AddAsync(string name) =>
            stage.Stage.Deploy(new Deployment(name, stage.Stage.Image("web")) { Namespace = await stage.Cluster.CreateNamespaceAsync(Token) });
    }

    private static Task AllowAsync(ClusterStage stage, string space) =>
        stage.Cluster.AllowAsync(User, "[{apiGroups: [argoproj.io], resources: [applications], verbs: [list, watch]}, {apiGroups: [''], resources: [events], verbs: [create, patch]}]", space, Token);

    private static async Task RevokeAsync(ClusterStage stage, string space)
    {
        var folder = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{space}/rolebindings";
        foreach (var binding in JsonNode.Parse(await stage.Cluster.GetAsync(folder, Token))!["items"]!.AsArray())
            await stage.Cluster.DeleteAsync($"{folder}/{(string?)binding!["metadata"]!["name"]}", Token);
    }

    private static Task<string?> TagFileAsync(Teams teams, Deployment deployment) =>
        teams.Stage.Stage.ReadAsync($"apps/{deployment.Name}/.argocd-source-{deployment.Namespace}_{deployment.Name}.yaml");

    private static int Problems(JsonNode status, string space) => status["problems"]!.AsArray().Count(problem => ((string?)problem)!.Contains($"/namespaces/{space}/", StringComparison.Ordinal));

    private sealed record Teams(ClusterStage Stage, Deployment Ours, Deployment Theirs) : IDisposable
    {
        public ScratchFolder Folder { get; } = new("gob-teams-");

        public void Dispose()
        {
            Stage.Dispose();
            Folder.Dispose();
        }
    }
}
