using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Access;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>The roles of examples/install are enough for everything the bot does, and nothing in them can be left out.</summary>
public sealed class InstallRightsTests(World world)
{
    private const string Namespaced = "install-namespaced.yaml";
    private const string ClusterWide = "install.yaml";

    /// <summary>An event that is repeated is patched, which takes more than one cycle; it has a test of its own.</summary>
    private static readonly Right RepeatEvents = new("patch", "events");

    private static readonly string[] WriteBack = Component("write-back-argocd", "role");

    private static readonly string[] WriteBackClusterWide = Component("write-back-argocd-cluster-wide", "cluster-role");

    /// <summary>Verb, resource, and the variant whose roles have it.</summary>
    public static TheoryData<string, string, string> Rights { get; } = new(
        new[] { Namespaced, ClusterWide }.SelectMany(variant => InstalledBot.RightsOf(Files(variant)).Where(right => right != RepeatEvents)
            .Select(right => (right.Verb, right.Resource, variant))));

    private static CancellationToken Token => Stage.Token;

    [Theory]
    [InlineData(Namespaced)]
    [InlineData(ClusterWide)]
    public async Task The_rights_suffice_for_one_cycle(string variant)
    {
        using var bot = await InstalledBot.InstallAsync(world, Files(variant));
        await bot.AddAsync(bot.Application("web"));
        await bot.AddAsync(bot.Application("patched", null, ("write-back-method", "argocd")));

        var outcome = (await bot.RunOnceAsync("--app", $"{bot.Namespace}/*")).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Equal("updated", outcome.Image("patched").Decision);
        Assert.DoesNotContain("cannot", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Namespaced)]
    [InlineData(ClusterWide)]
    public async Task The_rights_suffice_for_the_controller(string variant)
    {
        using var bot = await InstalledBot.InstallAsync(world, Files(variant));
        await bot.AddAsync(bot.Application("web"));
        var resource = await bot.AddImageUpdaterAsync();
        var server = await world.KubernetesAsync();

        await using var controller = Start(bot);
        await controller.SaysAsync($"{bot.Namespace}/web: updated");
        await bot.AddAsync(bot.Application("late"));
        await controller.SaysAsync($"{bot.Namespace}/late: updated");
        while (!(await server.GetAsync($"/api/v1/namespaces/{bot.Namespace}/events", Token)).Contains("ImageUpdated", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        while (!(await server.GetAsync(resource, Token)).Contains("lastCheckedAt", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        Assert.Equal(0, await controller.StopAsync());
        var log = controller.Log;
        Assert.Contains("Became leader", log, StringComparison.Ordinal);
        Assert.Contains("Gave the lease", log, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot", log, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public async Task A_right_that_is_missing_is_named(string verb, string resource, string variant)
    {
        var right = new Right(verb, resource);
        using var bot = await InstalledBot.InstallAsync(world, Files(variant), right);
        await bot.AddAsync(bot.Application("web"));
        await bot.AddAsync(bot.Application("patched", null, ("write-back-method", "argocd")));
        await bot.AddAsync(bot.Application("waiting", null, ("web.min-age", "72h")));
        await bot.AddImageUpdaterAsync();

        await using var controller = Start(bot);
        await controller.SaysAsync(right.Refusal);
        Assert.Equal(0, await controller.StopAsync());
    }

    [Theory]
    [InlineData("list", "applications")]
    [InlineData("list", "appprojects")]
    [InlineData("list", "configmaps")]
    [InlineData("list", "secrets")]
    public async Task One_cycle_does_nothing_without_a_right_to_look(string verb, string resource)
    {
        var right = new Right(verb, resource);
        using var bot = await InstalledBot.InstallAsync(world, [Namespaced], right);
        await bot.AddAsync(bot.Application("web"));
        var commits = await bot.Stage.CountCommitsAsync();

        var outcome = (await bot.RunOnceAsync()).MustExit(2);
        Assert.Contains(right.Refusal, outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(commits, await bot.Stage.CountCommitsAsync());
    }

    [Fact]
    public async Task One_cycle_goes_by_annotations_without_the_right_to_look_at_resources_of_Image_Updater()
    {
        var right = new Right("list", "imageupdaters");
        using var bot = await InstalledBot.InstallAsync(world, [Namespaced], right);
        await bot.AddAsync(bot.Application("web"));

        var outcome = (await bot.RunOnceAsync()).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Contains(right.Refusal, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_is_counted_with_the_right_to_patch_it()
    {
        using var bot = await InstalledBot.InstallAsync(world, [Namespaced]);
        Assert.Null(await RepeatEventAsync(bot));
        using var other = await InstalledBot.InstallAsync(world, [Namespaced], RepeatEvents);
        Assert.Contains(RepeatEvents.Refusal, await RepeatEventAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Applications_of_other_namespaces_are_seen_with_the_cluster_wide_variant_alone()
    {
        var server = await world.KubernetesAsync();
        var team = await server.CreateNamespaceAsync(Token);
        using var bot = await InstalledBot.InstallAsync(world, Files(ClusterWide));
        await bot.AddAsync(bot.Application("theirs", team));
        var outcome = (await bot.RunOnceAsync("--app", $"{team}/*")).MustExit(0);
        Assert.Equal("updated", outcome.Image("theirs").Decision);
        Assert.NotNull(await bot.Stage.ReadAsync($"apps/theirs/.argocd-source-{team}_theirs.yaml"));

        using var narrow = await InstalledBot.InstallAsync(world, Files(Namespaced));
        await narrow.AddAsync(narrow.Application("theirs", team));
        Assert.Empty((await narrow.RunOnceAsync()).MustExit(0).Report["applications"]!.AsArray());
        outcome = (await narrow.RunOnceAsync("--namespace", "*")).MustExit(2);
        Assert.Contains("cannot list resource \"applications\"", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_of_another_namespace_are_read_where_its_owner_allows_it()
    {
        var server = await world.KubernetesAsync();
        var team = await server.CreateNamespaceAsync(Token);
        using var bot = await InstalledBot.InstallAsync(world, [ClusterWide]);
        await bot.AddPullSecretAsync(team, "registry-credentials");
        await bot.AddAsync(bot.Application("theirs", team, ("web.pull-secret", $"pullsecret:{team}/registry-credentials")));

        var outcome = (await bot.RunOnceAsync("--app", $"{team}/*")).MustExit(1);
        Assert.Contains("cannot get resource \"secrets\"", outcome.Image("theirs").Reason, StringComparison.Ordinal);
        foreach (var item in new[] { "pull-secrets/role.yaml", "pull-secrets/role-binding.yaml" }.SelectMany(InstallObject.Read))
            await bot.ApplyAsync(item, team);
        outcome = (await bot.RunOnceAsync("--app", $"{team}/*")).MustExit(0);
        Assert.Equal("updated", outcome.Image("theirs").Decision);
    }

    private static string[] Files(string variant) => [variant, .. variant == Namespaced ? WriteBack : WriteBackClusterWide];

    private static string[] Component(string name, string role) => [$"components/{name}/{role}.yaml", $"components/{name}/{role}-binding.yaml"];

    /// <summary>As in a pod, but on this machine alone, and with an eye for the test's Applications alone.</summary>
    private static RunningController Start(InstalledBot bot) => RunningController.Launch(port => bot.Arguments(
        "run", "--leader-election", "true", "--bind-address", "127.0.0.1", "--health-port", $"{port}", "--metrics-port", "0", "--app", $"{bot.Namespace}/*"));

    /// <returns>Why it could not be counted; null when it was.</returns>
    private static async Task<string?> RepeatEventAsync(InstalledBot bot)
    {
        Assert.True(KubernetesAccessFinder.TryFind(new KubernetesAccessQuestion(_ => null, TimeProvider.System) { Kubeconfig = bot.Kubeconfig }, out var access, out var problems), string.Join('\n', problems ?? []));
        using var connection = new KubernetesConnection(access, new RequestCounter(), TimeProvider.System);
        var events = new EventClient(connection, "test", TimeProvider.System);
        var about = new ObjectReference("argoproj.io/v1alpha1", "Application", new NamespacedName(bot.Namespace, "web"), Guid.NewGuid().ToString(), "1");
        var (first, second) = (TimeProvider.System.GetUtcNow().AddSeconds(-5), TimeProvider.System.GetUtcNow());
        var told = new ObjectEvent(about, EventSeverity.Normal, "ImageUpdated", "The same twice.");
        Assert.Null(await events.PostAsync(told with { At = first }, Token));
        return await events.PostAsync(told with { At = second }, Token);
    }
}
