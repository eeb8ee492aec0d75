using System.Text.Json.Nodes;
using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;
using GitOpsBumper.EndToEndTests.Triggers;

namespace GitOpsBumper.EndToEndTests.Approvals;

/// <summary>Versions that wait for people, against an API server that knows who may decide.</summary>
public sealed class ApprovalTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_may_patch_an_Application_approves_and_the_commit_says_who()
    {
        await using var stage = await SetAsync(("web.approval", "required"), ("web.approval-votes", "1"), ("web.approval-deadline", "72h"));
        var name = $"{stage.Cluster.Namespace}/web";
        await stage.AllowAsync("user-1", "web");
        await stage.Controller.DecidesAsync("web", "pending", "waits for approval");
        Assert.Empty(await stage.Cluster.OurCommitsAsync());
        await Eventually.HoldsAsync("the request in the Application", async () => await AnnotationAsync(stage, "web.approval-request") is not null, () => stage.Controller.Log);

        var digest = (await AnnotationAsync(stage, "web.approval-request"))!.Split(' ')[0].Split('@')[1];
        var body = $$"""{"tag": "1.1.0", "digest": "{{digest}}"}""";
        var path = $"/api/v1/approvals/{name}/web";
        Assert.Equal(403, (await stage.PostAsync(path, body, stage.TokenOf("user-2"))).Status);
        Assert.Equal(401, (await stage.PostAsync(path, body, "not-a-token-of-anybody")).Status);
        Assert.Equal(409, (await stage.PostAsync(path, body.Replace("1.1.0", "1.0.9", StringComparison.Ordinal), stage.TokenOf("user-1"))).Status);
        Assert.DoesNotContain("1.1.0", (await stage.GetAsync("/api/v1/approvals", stage.TokenOf("user-2"))).Body, StringComparison.Ordinal);
        Assert.Contains(digest, (await stage.GetAsync("/api/v1/approvals", stage.TokenOf("user-1"))).Body, StringComparison.Ordinal);

        using var folder = new ScratchFolder("gob-approve-");
        var approved = await Stage.ExecuteAsync("approve", name, "web", "1.1.0", "--server", $"{stage.Url}", "--token-file", folder.Write("token", stage.TokenOf("user-1")));
        Assert.Contains("approved by user user-1", approved.MustExit(0).Output, StringComparison.Ordinal);
        await stage.Controller.DecidesAsync("web", "updated", "approved by user user-1");
        var message = await stage.Cluster.Stage.Repository.GitAsync(["log", "-1", "--format=%B", "refs/heads/main"], Token);
        Assert.Contains("\nApproved-by: user user-1\n", $"{message}\n", StringComparison.Ordinal);
        Assert.Contains($"user user-1 approved 1.1.0@{digest} of web of {name}", stage.Controller.Log, StringComparison.Ordinal);
        Assert.Contains("user user-2 wanted to decide", stage.Controller.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_moved_is_asked_about_again_and_what_is_rejected_is_not()
    {
        await using var stage = await SetAsync(("web.approval", "required"));
        await stage.Controller.DecidesAsync("web", "pending", "waits for approval");
        await Eventually.HoldsAsync("the request in the Application", async () => await AnnotationAsync(stage, "web.approval-request") is not null, () => stage.Controller.Log);
        var moved = await PushAsync(stage, "1.1.0", 2);
        await stage.Cluster.AnnotateAsync("web", "gitopsbumper.io/web.approved", "1.1.0");
        await Eventually.HoldsAsync(
            "the new digest to be asked about",
            async () => (await AnnotationAsync(stage, "web.approval-request"))!.Contains($"{moved}", StringComparison.Ordinal) && await AnnotationAsync(stage, "web.approved") is null,
            () => stage.Controller.Log);
        Assert.Empty(await stage.Cluster.OurCommitsAsync());

        // Somebody who may do nothing else in the cluster.
        using var folder = new ScratchFolder("gob-approve-");
        await stage.Cluster.Cluster.AllowAsync("user-5", "[{apiGroups: [argoproj.io], resources: [applications], resourceNames: [web], verbs: [get, patch]}]", stage.Cluster.Namespace, Token);
        string[] approve = ["approve", $"{stage.Cluster.Namespace}/web", "web", "1.1.0", "--kubeconfig"];
        Assert.Equal(2, (await Stage.ExecuteAsync([.. approve, stage.Cluster.Cluster.WriteKubeConfig(folder, "user-6")])).ExitCode);
        Assert.Contains($"1.1.0@{moved}  approved", (await Stage.ExecuteAsync([.. approve, stage.Cluster.Cluster.WriteKubeConfig(folder, "user-5")])).MustExit(0).Output, StringComparison.Ordinal);
        await stage.Controller.DecidesAsync("web", "updated", "approved by annotation gitopsbumper.io/web.approved");
        Assert.Contains("Approved-by: annotation gitopsbumper.io/web.approved of", await stage.Cluster.Stage.Repository.GitAsync(["log", "-1", "--format=%B", "refs/heads/main"], Token), StringComparison.Ordinal);

        await PushAsync(stage, "1.2.0", 3);
        var rejected = await Stage.ExecuteAsync("reject", $"{stage.Cluster.Namespace}/web", "web", "1.2.0", "--reason", "breaks the checkout", "--kubeconfig", stage.Cluster.Kubeconfig, "--argocd-namespace", stage.Cluster.Namespace);
        Assert.Contains("rejected", rejected.MustExit(0).Output, StringComparison.Ordinal);
        await stage.Controller.DecidesAsync("web", "rejected", "breaks the checkout");
        Assert.Single(await stage.Cluster.OurCommitsAsync());
    }

    [Fact]
    public async Task Two_people_of_a_group_approve_and_who_writes_votes_into_the_Application_is_not_one_of_them()
    {
        await using var stage = await SetAsync(("web.approval", "required"), ("web.approval-votes", "2"), ("web.approvers", KubernetesServer.Releases));
        foreach (var user in new[] { "user-1", "user-10", "user-11" })
            await stage.AllowAsync(user, "web");
        await stage.Controller.DecidesAsync("web", "pending", $"waits for approval by 2 people of {KubernetesServer.Releases}");
        await Eventually.HoldsAsync("the request in the Application", async () => await AnnotationAsync(stage, "web.approval-request") is not null, () => stage.Controller.Log);
        var version = (await AnnotationAsync(stage, "web.approval-request"))!.Split(' ')[0];
        var body = $$"""{"tag": "1.1.0", "digest": "{{version.Split('@')[1]}}"}""";
        var path = $"/api/v1/approvals/{stage.Cluster.Namespace}/web/web";

        var (status, refusal) = await stage.PostAsync(path, body, stage.TokenOf("user-1"));
        Assert.Equal(403, status);
        Assert.Contains($"it takes one of the groups {KubernetesServer.Releases}", $"{refusal["error"]}", StringComparison.Ordinal);
        foreach (var _ in new[] { "once", "and once more" })
        {
            var answer = (await stage.PostAsync(path, body, stage.TokenOf("user-10"))).Body;
            Assert.Equal(("waiting", 1, 1), ((string?)answer["state"], (int?)answer["missing"], answer["votes"]!.AsArray().Count));
        }

        var vote = (await AnnotationAsync(stage, "web.approvals"))!;
        Assert.Contains(" user-10 ", vote, StringComparison.Ordinal);
        await stage.Cluster.AnnotateAsync("web", "gitopsbumper.io/web.approvals", $"{vote}\n{vote.Replace(" user-10 ", " user-11 ", StringComparison.Ordinal)}");
        await stage.Cluster.AnnotateAsync("web", "gitopsbumper.io/web.approved", version);
        await stage.Controller.DecidesAsync("web", "pending", "1 so far: user user-10; the annotation gitopsbumper.io/web.approved is not enough");
        Assert.Empty(await stage.Cluster.OurCommitsAsync());

        Assert.Equal("approved", (string?)(await stage.PostAsync(path, body, stage.TokenOf("user-11"))).Body["state"]);
        await stage.Controller.DecidesAsync("web", "updated", "approved by user user-10 and user user-11");
        Assert.Contains(
            "\nApproved-by: user user-10\nApproved-by: user user-11\n",
            $"{await stage.Cluster.Stage.Repository.GitAsync(["log", "-1", "--format=%B", "refs/heads/main"], Token)}\n",
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_cycle_notes_in_the_cluster_what_waits_so_that_a_tag_is_enough_to_approve_it()
    {
        using var cluster = await ClusterStage.SetAsync(world);
        await cluster.DeployAsync(it => it with { Annotations = Annotations(("web.approval", "required"), ("web.approval-deadline", "72h")) }, "1.0.0");
        var digest = await PushAsync(cluster.Stage, "1.1.0", 1);
        string[] arguments = ["--kubeconfig", cluster.Kubeconfig, "--argocd-namespace", cluster.Namespace, "--output", "json"];
        Assert.Equal("pending", (await Stage.ExecuteAsync(["plan", .. arguments])).MustExit(0).Image("web").Decision);
        Assert.Null(await AnnotationAsync(cluster, "web.approval-request"));

        Assert.Equal("pending", (await Stage.ExecuteAsync(["run", "--once", .. arguments])).MustExit(0).Image("web").Decision);
        Assert.StartsWith($"1.1.0@{digest} ", await AnnotationAsync(cluster, "web.approval-request"), StringComparison.Ordinal);
        Assert.Contains(" until ", (await Stage.ExecuteAsync(["plan", .. arguments])).MustExit(0).Image("web").Reason, StringComparison.Ordinal);

        await cluster.AnnotateAsync("web", "gitopsbumper.io/web.approved", "1.1.0");
        Assert.Equal("updated", (await Stage.ExecuteAsync(["run", "--once", .. arguments])).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task Without_a_cluster_an_approval_names_the_digest_and_what_is_only_told_of_is_not_written()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0");
        var digest = await PushAsync(stage, "1.1.0", 1);
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = Annotations(("mode", "notify")) });
        await stage.PublishAsync();
        Assert.Equal("1.1.0 would be written, but the mode of the Application is notify", (await stage.RunAsync()).MustExit(0).Image("web").Reason);
        stage.Announce(web with { Annotations = Annotations(("web.approval", "required"), ("web.approved", "1.1.0")) });
        Assert.EndsWith($"gitopsbumper.io/web.approved=1.1.0@{digest}", (await stage.RunAsync()).MustExit(0).Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
        stage.Announce(web with { Annotations = Annotations(("web.approval", "required"), ("web.approved", $"1.1.0@{digest}")) });
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    private static Dictionary<string, string> Annotations(params (string Key, string Value)[] annotations) => annotations.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private async Task<TriggerStage> SetAsync(params (string Key, string Value)[] annotations) => await TriggerStage.SetAsync(
        world,
        async cluster =>
        {
            await cluster.ConfideAsync(("approval.key", new string('k', 40)));
            await cluster.DeployAsync(it => it with { Annotations = Annotations(annotations) }, "1.0.0");
            await PushAsync(cluster.Stage, "1.1.0", 1);
        },
        more: ["--tag-revalidate", "0"]);

    private static Task<Digest> PushAsync(TriggerStage stage, string tag, int day) => PushAsync(stage.Cluster.Stage, tag, day);

    /// <summary>Each day another image.</summary>
    private static Task<Digest> PushAsync(Stage stage, string tag, int day) =>
        stage.Registry.Images.PushImageAsync(stage.RepositoryPath("web"), TestImage.Amd64(new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero)), [tag], Token);

    private static Task<string?> AnnotationAsync(TriggerStage stage, string key) => AnnotationAsync(stage.Cluster, key);

    private static async Task<string?> AnnotationAsync(ClusterStage cluster, string key) =>
        (string?)JsonNode.Parse(await cluster.Cluster.GetAsync(cluster.Argo("applications/web"), Token))!["metadata"]!["annotations"]?[$"gitopsbumper.io/{key}"];
}
