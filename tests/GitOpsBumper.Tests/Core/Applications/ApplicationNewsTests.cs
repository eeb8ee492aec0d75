using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Applications;

public sealed class ApplicationNewsTests
{
    private static readonly ApplicationSnapshot Before = new()
    {
        Name = new NamespacedName("argocd", "web"),
        Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["gitopsbumper.io/image-list"] = "web=nginx" },
        RunningImages = [Image("nginx:1.0"), Image("redis:7")],
    };

    [Fact]
    public void An_application_that_was_never_looked_at_is_news() => Assert.True(ApplicationNews.IsNews(null, Before));

    [Fact]
    public void The_same_application_is_none()
    {
        Assert.False(ApplicationNews.IsNews(Before, Before));
        Assert.False(ApplicationNews.IsNews(Before, Before with { Annotations = Before.Annotations.ToDictionary() }));
    }

    [Fact]
    public void A_tag_that_begins_to_run_is_none() => Assert.False(ApplicationNews.IsNews(Before, Before with { RunningImages = [Image("redis:7"), Image("nginx:1.1"), Image("nginx:1.0")] }));

    [Fact]
    public void An_image_that_begins_or_ceases_to_run_is_news()
    {
        Assert.True(ApplicationNews.IsNews(Before, Before with { RunningImages = [Image("nginx:1.0"), Image("redis:7"), Image("busybox:1")] }));
        Assert.True(ApplicationNews.IsNews(Before, Before with { RunningImages = [Image("nginx:1.0")] }));
    }

    [Fact]
    public void An_annotation_is_news() =>
        Assert.True(ApplicationNews.IsNews(Before, Before with { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["gitopsbumper.io/image-list"] = "web=nginx:~1" } }));

    [Fact]
    public void A_source_is_news() =>
        Assert.True(ApplicationNews.IsNews(Before, Before with { Sources = [new ApplicationSource { RepositoryUrl = "https://git.example.com/a.git", Path = "a" }] }));

    private static ImageReference Image(string text) => ImageReference.TryParse(text, out var image, out var problem) ? image : throw new InvalidOperationException(problem);
}
