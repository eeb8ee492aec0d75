using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Tests.Core.PullRequests;

/// <summary>Which pages a request links, made from labels that anybody may have written.</summary>
public sealed class ImageLinksTests
{
    private const string Old = "1111111aaaaaaa";
    private const string New = "2222222bbbbbbb";

    [Theory]
    [InlineData("https://github.com/team/web", $"https://github.com/team/web/compare/{Old}...{New}", "https://github.com/team/web/releases")]
    [InlineData("https://codeberg.org/team/web", $"https://codeberg.org/team/web/compare/{Old}...{New}", "https://codeberg.org/team/web/releases")]
    [InlineData("https://gitea.com/team/web", $"https://gitea.com/team/web/compare/{Old}...{New}", "https://gitea.com/team/web/releases")]
    [InlineData("https://gitlab.com/team/sub/web", $"https://gitlab.com/team/sub/web/-/compare/{Old}...{New}", "https://gitlab.com/team/sub/web/-/releases")]
    [InlineData("https://bitbucket.org/team/web", $"https://bitbucket.org/team/web/branches/compare/{New}..{Old}", null)]
    [InlineData("https://git.example.com/team/web", null, null)]
    [InlineData("https://github.com:8443/team/web", null, null)]
    [InlineData("https://github.com.example.com/team/web", null, null)]
    [InlineData("https://github.com/team", null, null)]
    public void Sources_at_a_known_host_have_pages_that_compare_and_tell_of_releases(string source, string? compare, string? releases)
    {
        var links = Find(Labels(source, Old), Labels(source, New));

        Assert.Equal((source, compare, releases), (links.Source?.AbsoluteUri, links.Compare?.AbsoluteUri, links.Releases?.AbsoluteUri));
        Assert.Equal(compare is not null, ImageLinks.CanCompare(Labels(source, New)));
    }

    [Theory]
    [InlineData("https://github.com/team/web.git", "https://github.com/team/web")]
    [InlineData("https://github.com/team/web.git/", "https://github.com/team/web")]
    [InlineData("https://github.com/team/web/", "https://github.com/team/web")]
    [InlineData("https://github.com/team//web", "https://github.com/team//web")]
    [InlineData("https://github.com/team/web/tree/main/images/server", "https://github.com/team/web/tree/main/images/server")]
    public void However_the_source_is_written_its_repository_is_compared(string source, string shown)
    {
        var links = Find(Labels("http://github.com/Team/Web", Old), Labels(source, New));

        Assert.Equal(
            (shown, $"https://github.com/team/web/compare/{Old}...{New}", "https://github.com/team/web/releases"), (links.Source?.AbsoluteUri, links.Compare?.AbsoluteUri, links.Releases?.AbsoluteUri));
    }

    [Fact]
    public void A_folder_in_a_repository_at_GitLab_is_left_out() => Assert.Equal(
        $"https://gitlab.com/team/sub/web/-/compare/{Old}...{New}", Find(Labels("https://gitlab.com/team/sub/web.git", Old), Labels("https://gitlab.com/team/sub/web/-/tree/main/server", New)).Compare?.AbsoluteUri);

    [Theory]
    [InlineData("https://github.com/team/api", Old, New)]
    [InlineData("https://gitlab.com/team/web", Old, New)]
    [InlineData(null, Old, New)]
    [InlineData("https://github.com/team/web", null, New)]
    [InlineData("https://github.com/team/web", Old, null)]
    [InlineData("https://github.com/team/web", New, New)]
    [InlineData("https://github.com/team/web", "main", New)]
    [InlineData("https://github.com/team/web", Old, "main")]
    [InlineData("https://github.com/team/web", Old, "v1.1.0")]
    [InlineData("https://github.com/team/web", "1111111...2222222", New)]
    [InlineData("https://github.com/team/web", Old, "2222222bbbbbbb\n")]
    [InlineData("https://github.com/team/web", Old, "abc")]
    public void What_cannot_be_compared_is_not(string? oldSource, string? oldRevision, string? newRevision)
    {
        var links = Find(Labels(oldSource, oldRevision), Labels("https://github.com/team/web", newRevision));

        Assert.Null(links.Compare);
        Assert.Equal("https://github.com/team/web/releases", links.Releases?.AbsoluteUri);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("ssh://git@github.com/team/web")]
    [InlineData("git@github.com:team/web.git")]
    [InlineData("https://ada:secret@github.com/team/web")]
    [InlineData("https://github.com/team/web](https://evil.example.com)[x")]
    [InlineData("https://github.com/team/web) [x](https://evil.example.com")]
    [InlineData("https://github.com/team/web|<img src=x>")]
    [InlineData("https://github.com/team/web?x=y")]
    [InlineData("https://github.com/team/web#x")]
    [InlineData("https://github.com/team/web\n@everyone")]
    [InlineData("https://github.com/team/%2e%2e/web")]
    [InlineData("HTTPS://github.com/team/wéb")]
    [InlineData("https://")]
    [InlineData("https:///team/web")]
    [InlineData("github.com/team/web")]
    [InlineData(" ")]
    [InlineData("")]
    public void A_source_that_is_no_plain_address_is_none(string source)
    {
        Assert.Equal(ImageLinks.None, Find(Labels("https://github.com/team/web", Old), Labels(source, New)));
        Assert.False(ImageLinks.CanCompare(Labels(source, New)));
        Assert.Null(Find(Labels(source, Old), Labels("https://github.com/team/web", New)).Compare);
    }

    [Fact]
    public void A_source_that_is_too_long_is_none() => Assert.Null(Find([], Labels("https://github.com/team/" + new string('x', 1024), New)).Source);

    [Theory]
    [InlineData("nginx", "https://hub.docker.com/_/nginx")]
    [InlineData("grafana/loki", "https://hub.docker.com/r/grafana/loki")]
    [InlineData("ghcr.io/team/web", "https://ghcr.io/team/web")]
    [InlineData("quay.io/team/web", "https://quay.io/repository/team/web")]
    [InlineData("registry.example.com/team/web", null)]
    public void Registries_that_have_a_page_for_an_image_have_it_linked(string image, string? page)
    {
        Assert.True(RepositoryName.TryParse(image, out var name, out _));
        Assert.Equal(page, ImageLinks.Find(name, Labels(null, null), Labels(null, null)).Image?.AbsoluteUri);
        Assert.Equal(page, ImageLinks.Find(name, Labels(null, null), Labels("https://github.com/team/web", New)).Image?.AbsoluteUri);
    }

    private static ImageLinks Find(Dictionary<string, string> older, Dictionary<string, string> newer) =>
        ImageLinks.Find(RepositoryName.TryParse("registry.example.com/team/web", out var name, out var problem) ? name : throw new InvalidOperationException(problem), older, newer);

    private static Dictionary<string, string> Labels(string? source, string? revision)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (source is not null)
            labels[ImageAbout.SourceLabel] = source;
        if (revision is not null)
            labels[ImageAbout.RevisionLabel] = revision;
        return labels;
    }
}
