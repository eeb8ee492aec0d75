using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Tests.Cluster;

public sealed class StatusPictureTests
{
    internal static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Applications_and_images_are_counted_for_the_resource_that_governs_them()
    {
        var statuses = Picture([Resource("all", "*"), Resource("web", "web"), Resource("nobody", "nobody")], Report("web", DecisionKind.UpToDate, DecisionKind.Updated), Report("api", DecisionKind.UpToDate), Report("db")).Statuses();
        Assert.Equal(["argocd/all 2 1", "argocd/web 1 2", "argocd/nobody 0 0"], statuses.Select(pair => $"{pair.Resource.Name} {pair.Status.ApplicationsMatched} {pair.Status.ImagesManaged}"));
        Assert.All(statuses, pair => Assert.Equal(["Ready True Checked", "Reconciling False Idle", "Error False Checked"], Words(pair.Status)));
        Assert.All(statuses, pair => Assert.Equal((7, Noon), (pair.Status.ObservedGeneration, pair.Status.LastCheckedAt)));
    }

    [Fact]
    public void An_Application_that_is_left_to_its_annotations_counts_for_the_resource_that_leaves_it()
    {
        var picture = Picture([Resource("all", "*"), Resource("web", "web", usesAnnotations: true)], Report("web", DecisionKind.UpToDate));
        Assert.Equal([0, 1], picture.Statuses().Select(pair => pair.Status.ApplicationsMatched));
    }

    [Fact]
    public void Trouble_is_an_error_that_names_three_and_counts_the_rest()
    {
        var picture = Picture([Resource("all", "*")], [.. Enumerable.Range(1, 5).Select(number => Report($"web-{number}", DecisionKind.UpToDate, DecisionKind.Failed)), Report("api", DecisionKind.UpToDate)]);
        var status = Assert.Single(picture.Statuses()).Status;
        Assert.Equal(["Ready False UpdateFailed", "Reconciling False Idle", "Error True UpdateFailed"], Words(status));
        Assert.Equal(
            "5 of 6 Applications are in trouble: argocd/web-1: web: because; argocd/web-2: web: because; argocd/web-3: web: because; and 2 more", status.Conditions[0].Message);
    }

    [Fact]
    public void A_resource_with_a_mistake_that_stops_it_is_not_ready()
    {
        var wrong = Resource("all", "*") with { Mistakes = [new ResourceMistake("spec.applicationRefs[0].namePattern", "[", "'[' is no pattern")] };
        var status = Assert.Single(Picture([wrong], Report("web", DecisionKind.UpToDate)).Statuses()).Status;
        Assert.Equal(["Ready False InvalidSpec", "Reconciling False Idle", "Error True InvalidSpec"], Words(status));
        Assert.Equal("The resource selects no Application: spec.applicationRefs[0].namePattern: '[' is no pattern", status.Conditions[0].Message);
        Assert.Equal(0, status.ApplicationsMatched);
    }

    [Fact]
    public void Resources_of_another_Argo_CD_are_left_to_its_own_bot_and_all_of_them_by_a_bot_that_looks_at_some_Applications_only()
    {
        var manifests = new ManifestSet
        {
            ImageUpdaters = [Resource("own", "*"), .. new[] { "team-a", "other" }.Select(space => Resource("all", "*") with { Name = new NamespacedName(space, "all"), Namespace = space })],
            Applications = [.. new[] { "web", "api" }.Select(name => new ApplicationSnapshot { Name = new NamespacedName("argocd", name) }), new ApplicationSnapshot { Name = new NamespacedName("team-a", "web") }],
            Projects = [new AppProject(new NamespacedName("argocd", "default"), ["*"]) { SourceNamespaces = ["team-*"] }],
        };
        var rules = new ImageUpdaterRules(manifests.ImageUpdaters, "argocd");
        Assert.Equal(["argocd/own", "team-a/all"], Served(ApplicationFilter.All));
        Assert.True(ApplicationFilter.TryCreate([], "team=a", out var labels, out _));
        Assert.Empty(Served(labels));
        Assert.True(ApplicationFilter.TryCreate(["web"], null, out var names, out _));
        Assert.Equal(["team-a/all"], Served(names));

        IEnumerable<string> Served(ApplicationFilter filter) => StatusPicture.Served(
            manifests with { Applications = [.. manifests.Applications.Select(rules.Apply)] }, rules, new BumperSettings { Filter = filter }).Select(resource => resource.Name.ToString());
    }

    [Fact]
    public void A_condition_keeps_its_time_while_it_is_what_it_was()
    {
        var before = Assert.Single(Picture([Resource("all", "*")], Report("web", DecisionKind.UpToDate)).Statuses()).Status;
        var picture = Picture([Resource("all", "*")], Report("web", DecisionKind.Failed)) with { At = Noon.AddHours(1) };
        var now = Assert.Single(picture.Statuses()).Status.After(before);
        Assert.Equal([Noon.AddHours(1), Noon, Noon.AddHours(1)], now.Conditions.Select(condition => condition.Since));
        Assert.False(now.SaysTheSame(before));
        Assert.True(now.SaysTheSame((now with { LastCheckedAt = null }).After(before)));
    }

    [Fact]
    public void Updates_of_one_image_are_counted_and_only_the_newest_ten_are_kept()
    {
        var notes = new UpdateNotes();
        notes.Add("all", Report("web", DecisionKind.Updated, DecisionKind.UpToDate), Noon);
        notes.Add("all", Report("api", DecisionKind.Updated), Noon.AddMinutes(1));
        var told = notes.Of("all");
        Assert.Equal(new RecentUpdate("web", "example.com/web", "1.1.0", 2, Noon.AddMinutes(1), "argocd/api: from 1.0.0 to 1.1.0"), Assert.Single(told));

        foreach (var number in Enumerable.Range(1, 20))
            notes.Add("all", Of("web", Image(DecisionKind.Updated) with { Candidate = $"2.{number}.0" }), Noon.AddMinutes(2));
        notes.Told("all", told);
        Assert.Equal(Enumerable.Range(11, 10).Reverse().Select(number => $"2.{number}.0"), notes.Of("all").Select(update => update.NewVersion));

        notes.Forget(_ => false, Noon.AddMinutes(2));
        Assert.NotEmpty(notes.Of("all"));
        notes.Forget(_ => false, Noon.AddMinutes(3));
        Assert.Empty(notes.Of("all"));
    }

    internal static StatusPicture Picture(IReadOnlyList<ImageUpdaterResource> resources, params ApplicationReport[] reports)
    {
        var rules = new ImageUpdaterRules(resources, "argocd");
        return new StatusPicture(resources, rules, [.. reports.Select(report => rules.Apply(new ApplicationSnapshot { Name = report.Name }))], reports, Noon, TimeSpan.FromSeconds(1));
    }

    internal static ImageUpdaterResource Resource(string name, string pattern, bool usesAnnotations = false)
    {
        Assert.True(GlobPattern.TryParse(pattern, out var glob, out var problem), problem);
        return new ImageUpdaterResource
        {
            Name = new NamespacedName("argocd", name),
            Namespace = "argocd",
            Uid = $"uid-of-{name}",
            Generation = 7,
            References = [new ApplicationReference("spec.applicationRefs[0]", glob) { UsesAnnotations = usesAnnotations, Images = [new ReferencedImage("web", "nginx", "spec.applicationRefs[0].images[0]")] }],
        };
    }

    internal static ApplicationReport Report(string name, params DecisionKind[] images) => Of(name, [.. images.Select(Image)]);

    private static ApplicationReport Of(string name, params ImageReport[] images) => new()
    {
        Name = new NamespacedName("argocd", name),
        Repository = null,
        Branch = null,
        Commit = null,
        Problems = [],
        Images = images,
        Changes = [],
        Failure = null,
    };

    private static ImageReport Image(DecisionKind decision) => new()
    {
        Alias = "web",
        Image = "example.com/web",
        Strategy = "semver",
        Constraint = "",
        Current = "1.0.0",
        Candidate = "1.1.0",
        Digest = null,
        Decision = decision,
        Reason = "because",
    };

    private static IEnumerable<string> Words(ImageUpdaterStatus status) => status.Conditions.Select(condition => $"{condition.Type} {condition.IsTrue} {condition.Reason}");
}
