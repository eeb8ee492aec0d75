using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Tests.Core.ImageUpdaters;

/// <summary>Which reference of which resource governs an Application.</summary>
public sealed class SelectionTests
{
    /// <summary>The numbers of Image Updater.</summary>
    [Theory]
    [InlineData("app-1", null, 1_000_005)]
    [InlineData("app-prod-*", null, 9)]
    [InlineData("app-*", null, 4)]
    [InlineData("app-?", null, 4)]
    [InlineData("app-[1234567]", null, 4)]
    [InlineData("app-]", null, 5)]
    [InlineData("*", null, 0)]
    [InlineData("app-*", 0, 10_004)]
    [InlineData("app-*", 2, 10_204)]
    [InlineData("app-1", 1, 1_010_105)]
    public void A_name_without_wildcards_counts_most_then_labels_then_characters(string pattern, int? labels, int expected) =>
        Assert.Equal(expected, Reference(pattern, labelCount: labels).Specificity);

    [Theory]
    [InlineData("web", "exact")]
    [InlineData("web-prod-1", "prod")]
    [InlineData("web-test", "web")]
    [InlineData("other", "all")]
    public void The_most_specific_reference_counts_wherever_it_stands(string application, string expected)
    {
        ImageUpdaterResource[] resources =
        [
            Resource("a", Reference("*", "all"), Reference("web", "exact")),
            Resource("b", Reference("web-*", "web"), Reference("web-prod-*", "prod")),
        ];
        Assert.Equal(expected, Chosen(resources, application));
        Assert.Equal(expected, Chosen([.. resources.Reverse()], application));
    }

    [Fact]
    public void Labels_have_to_hold_and_count_more_than_characters()
    {
        Assert.True(LabelSelector.TryCombine([new LabelRequirement("tier", "In", ["prod"])], out var labels, out _));
        ImageUpdaterResource[] resources = [Resource("a", Reference("web-backend-*", "name"), Reference("web-*", "labels", labelCount: 1) with { Labels = labels })];
        Assert.Equal("labels", Chosen(resources, "web-backend-1", ("tier", "prod")));
        Assert.Equal("name", Chosen(resources, "web-backend-1", ("tier", "test")));
        Assert.Null(Chosen(resources, "web-1"));
    }

    [Fact]
    public void Of_equals_the_first_counts_and_those_of_different_resources_are_told_of_each_other()
    {
        var same = Apply([Resource("a", Reference("web-?", "first"), Reference("web-*", "second"))], "web-1");
        Assert.Equal("first", Alias(same));
        Assert.Empty(same.Governor!.Mistakes);

        ImageUpdaterResource[] two = [Resource("b", Reference("web-*", "b")), Resource("a", Reference("*", "all"), Reference("web-?", "a"))];
        var application = Apply(two, "web-1");
        Assert.Equal("a", Alias(application));
        var told = Assert.Single(application.Governor!.Mistakes);
        Assert.False(told.Stops);
        Assert.Equal("spec.applicationRefs[1].namePattern", told.Field);
        Assert.Contains("ImageUpdater argocd/b", told.Message, StringComparison.Ordinal);
        Assert.True(ResourceSettings.Same(application.Governor, Apply([.. two.Reverse()], "web-1").Governor));
    }

    [Fact]
    public void Where_annotations_are_to_be_used_they_are_though_a_less_specific_reference_would_say_otherwise() =>
        Assert.Null(Apply([Resource("a", Reference("*", "all"), Reference("web", "x") with { UsesAnnotations = true })], "web").Governor);

    [Fact]
    public void A_resource_selects_in_its_own_namespace_and_only_those_of_Argo_CD_reach_further()
    {
        var other = Resource("a", Reference("*", "x")) with { Name = new NamespacedName("team", "a"), Namespace = "team" };
        Assert.Null(Chosen([other], "web"));
        var reaching = other with { Namespace = "argocd" };
        Assert.Null(Chosen([reaching], "web"));
        var problem = Assert.Single(new ImageUpdaterRules([reaching], "argocd").Problems);
        Assert.Equal("spec.namespace", problem.Mistake.Field);
        Assert.Contains("only a resource in argocd may name", problem.Mistake.Message, StringComparison.Ordinal);

        var central = Resource("a", Reference("*", "x")) with { Namespace = "team" };
        Assert.Null(Chosen([central], "web"));
        var rules = new ImageUpdaterRules([central], "argocd");
        Assert.Equal("x", Alias(rules.Apply(new ApplicationSnapshot { Name = new NamespacedName("team", "web") })));
    }

    [Fact]
    public void A_resource_of_which_nobody_knows_what_it_means_selects_nothing()
    {
        var resource = Resource("a", Reference("*", "x"));
        Assert.Null(Chosen([resource with { Mistakes = [new ResourceMistake("spec.applicationRefs[1].namePattern", "[", "is no pattern")] }], "web"));
        Assert.Equal("x", Chosen([resource with { Mistakes = [new ResourceMistake("spec.new", "", "is not known", Stops: false)] }], "web"));
        Assert.True(ImageUpdaterRules.None.IsEmpty);
    }

    [Fact]
    public void Another_governor_is_news_and_the_same_is_none()
    {
        var before = Apply([Resource("a", Reference("*", "x"))], "web");
        Assert.False(ApplicationNews.IsNews(before, Apply([Resource("a", Reference("*", "x"))], "web")));
        Assert.True(ApplicationNews.IsNews(before, Apply([Resource("a", Reference("*", "y"))], "web")));
        Assert.True(ApplicationNews.IsNews(before, Apply([], "web")));
        Assert.True(ApplicationNews.IsNews(Apply([], "web"), before));
    }

    private static string? Chosen(IReadOnlyList<ImageUpdaterResource> resources, string application, params (string Key, string Value)[] labels) => Alias(Apply(resources, application, labels));

    private static string? Alias(ApplicationSnapshot application) => application.Governor?.Images[0].Alias;

    private static ApplicationSnapshot Apply(IReadOnlyList<ImageUpdaterResource> resources, string application, params (string Key, string Value)[] labels) =>
        new ImageUpdaterRules(resources, "argocd").Apply(new ApplicationSnapshot
        {
            Name = new NamespacedName("argocd", application),
            Labels = labels.ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal),
        });

    private static ImageUpdaterResource Resource(string name, params ApplicationReference[] references) => new()
    {
        Name = new NamespacedName("argocd", name),
        Namespace = "argocd",
        References = [.. references.Select((reference, index) => reference with { Field = $"spec.applicationRefs[{index}]" })],
    };

    private static ApplicationReference Reference(string pattern, string alias = "x", int? labelCount = null)
    {
        Assert.True(GlobPattern.TryParse(pattern, out var glob, out var problem), problem);
        return new ApplicationReference("", glob) { LabelCount = labelCount, Images = [new ReferencedImage(alias, "nginx:1", "")] };
    }
}
