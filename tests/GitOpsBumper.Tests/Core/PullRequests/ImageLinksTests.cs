using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Tests.Core.PullRequests;

/// <summary>Links in requests come of what strangers wrote into images.</summary>
public sealed class ImageLinksTests
{
    [Theory]
    [InlineData("nginx", "https://hub.docker.com/_/nginx")]
    [InlineData("team/web", "https://hub.docker.com/r/team/web")]
    [InlineData("ghcr.io/team/web", "https://ghcr.io/team/web")]
    [InlineData("quay.io/team/web", "https://quay.io/repository/team/web")]
    [InlineData("registry.example.com/team/web", null)]
    public void Registries_that_have_pages_of_images_are_known(string image, string? page) => Assert.Equal(page, Find(image, null, null).Image?.AbsoluteUri);

    [Theory]
    [InlineData("https://github.com/team/web", "https://github.com/team/web/compare/1111111...2222222", "https://github.com/team/web/releases")]
    [InlineData("https://github.com/team/web.git", "https://github.com/team/web/compare/1111111...2222222", "https://github.com/team/web/releases")]
    [InlineData("https://codeberg.org/team/web/", "https://codeberg.org/team/web/compare/1111111...2222222", "https://codeberg.org/team/web/releases")]
    [InlineData("https://gitlab.com/group/sub/web", "https://gitlab.com/group/sub/web/-/compare/1111111...2222222", "https://gitlab.com/group/sub/web/-/releases")]
    [InlineData("https://bitbucket.org/team/web", "https://bitbucket.org/team/web/branches/compare/2222222..1111111", null)]
    [InlineData("https://github.example.com/team/web", null, null)]
    public void Two_revisions_of_one_source_are_compared(string source, string? compare, string? releases)
    {
        var links = Find("nginx", (source, "1111111"), (source, "2222222"));
        Assert.Equal((compare, releases), (links.Compare?.AbsoluteUri, links.Releases?.AbsoluteUri));
        Assert.NotNull(links.Source);
    }

    [Theory]
    [InlineData("https://github.com/team/other", "1111111", "2222222")]
    [InlineData("https://github.com/team/web", "1111111", "1111111")]
    [InlineData("https://github.com/team/web", null, "2222222")]
    [InlineData("https://github.com/team/web", "1111111", null)]
    [InlineData("https://github.com/team/web", "main", "2222222")]
    [InlineData("https://github.com/team/web", "1111111", "2222222) [x](https://evil.example.com")]
    [InlineData(null, "1111111", "2222222")]
    public void What_cannot_be_compared_is_not(string? before, string? from, string? to) => Assert.Null(Find("nginx", (before, from), ("https://github.com/team/web", to)).Compare);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("ftp://github.com/team/web")]
    [InlineData("https://ada:secret@github.com/team/web")]
    [InlineData("https://github.com/team/web?a=b")]
    [InlineData("https://github.com/team/web#a")]
    [InlineData("https://github.com/team/web) [click](https://evil.example.com")]
    [InlineData("https://github.com/team/web\n")]
    [InlineData("https://github.com/team/\"web")]
    [InlineData("git@github.com:team/web")]
    [InlineData("")]
    public void What_is_no_plain_address_is_left_out(string source)
    {
        var links = Find("ghcr.io/team/web", (source, "1111111"), (source, "2222222"));
        Assert.Equal(new ImageLinks(new Uri("https://ghcr.io/team/web"), null, null, null), links);
    }

    private static ImageLinks Find(string image, (string? Source, string? Revision)? older, (string? Source, string? Revision)? newer)
    {
        Assert.True(ImageReference.TryParse(image, out var reference, out var problem), problem);
        return ImageLinks.Find(reference.Repository, Labels(older), Labels(newer));
    }

    private static Dictionary<string, string> Labels((string? Source, string? Revision)? said)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (said?.Source is { } source)
            labels[ImageLinks.SourceLabel] = source;
        if (said?.Revision is { } revision)
            labels[ImageLinks.RevisionLabel] = revision;
        return labels;
    }
}
