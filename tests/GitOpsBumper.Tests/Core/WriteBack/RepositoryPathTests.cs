using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Tests.Core.WriteBack;

public sealed class RepositoryPathTests
{
    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("./a//b/", "a/b")]
    [InlineData(".", "")]
    [InlineData("", "")]
    [InlineData("a/./b", "a/b")]
    [InlineData("...", "...")]
    [InlineData("a..b/.github", "a..b/.github")]
    [InlineData("über/ein leerzeichen", "über/ein leerzeichen")]
    [InlineData("git/git~/git~x/.gitx/git~1x", "git/git~/git~x/.gitx/git~1x")]
    public void A_path_is_normalised(string text, string expected)
    {
        Assert.True(RepositoryPath.TryParse(text, out var path, out var problem), problem);
        Assert.Equal(expected, path.Text);
    }

    [Theory]
    [InlineData("/etc/passwd", "is relative")]
    [InlineData("..", "can not leave the repository")]
    [InlineData("a/../b", "can not leave the repository")]
    [InlineData("a/..", "can not leave the repository")]
    [InlineData("..\\a", "backslash")]
    [InlineData("a\nb", "control character")]
    [InlineData("a\0b", "control character")]
    [InlineData(".git/config", "belongs to git")]
    [InlineData("a/.GIT/hooks/x", "belongs to git")]
    [InlineData("git~1/config", "belongs to git")]
    [InlineData("a/GIT~12/config", "belongs to git")]
    [InlineData(".git ./config", "belongs to git")]
    [InlineData(".git...", "belongs to git")]
    [InlineData(".git::$INDEX_ALLOCATION/config", "belongs to git")]
    [InlineData("git~1 . /config", "belongs to git")]
    [InlineData(".g\u200Cit/config", "format character")]
    [InlineData("a/\U000E0001b", "format character")]
    public void A_path_that_leaves_the_files_of_the_repository_is_refused(string text, string expected)
    {
        Assert.False(RepositoryPath.TryParse(text, out var path, out var problem));
        Assert.Null(path);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_is_bounded()
    {
        Assert.True(RepositoryPath.TryParse(new string('a', RepositoryPath.MaxLength), out _, out _));
        Assert.False(RepositoryPath.TryParse(new string('a', RepositoryPath.MaxLength + 1), out _, out var problem));
        Assert.Contains("has at most 4096 characters", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b/c.yaml", "a/b", "c.yaml")]
    [InlineData("c.yaml", "", "c.yaml")]
    [InlineData("", "", "")]
    public void A_path_has_a_name_and_a_folder(string text, string parent, string name)
    {
        Assert.True(RepositoryPath.TryParse(text, out var path, out _));
        Assert.Equal(parent, path.Parent.Text);
        Assert.Equal(name, path.Name);
    }

    [Theory]
    [InlineData("", "x.yaml", "x.yaml")]
    [InlineData("a", "./b/x.yaml", "a/b/x.yaml")]
    [InlineData("a", "", "a")]
    [InlineData("a", "/x.yaml", "a/x.yaml")]
    [InlineData("", "/x.yaml", null)]
    [InlineData("a", "../x.yaml", null)]
    [InlineData("a", ".git", null)]
    public void What_is_combined_stays_below(string folder, string text, string? expected)
    {
        Assert.True(RepositoryPath.TryParse(folder, out var path, out _));
        Assert.Equal(expected is not null, path.TryCombine(text, out var combined, out _));
        Assert.Equal(expected, combined?.Text);
    }

    [Theory]
    [InlineData(true, "apps/web/.argocd-source-web.yaml")]
    [InlineData(false, "apps/web/.argocd-source-argocd_web.yaml")]
    public void The_override_file_is_named_as_Argo_CD_looks_for_it(bool inArgoCdNamespace, string expected)
    {
        Assert.True(RepositoryPath.TryParse("apps/web", out var folder, out _));
        Assert.True(NamespacedName.TryParse("argocd/web", out var application, out _));
        Assert.True(ArgoCdSourceFile.TryPathFor(folder, application, inArgoCdNamespace, out var path, out _));
        Assert.Equal(expected, path.Text);
    }

    [Fact]
    public void A_folder_with_a_very_long_path_has_no_room_for_the_override_file()
    {
        Assert.True(RepositoryPath.TryParse(new string('a', RepositoryPath.MaxLength - 10), out var folder, out _));
        Assert.False(ArgoCdSourceFile.TryPathFor(folder, new NamespacedName("argocd", "web"), inArgoCdNamespace: true, out _, out var problem));
        Assert.Contains("at most 4096 characters", problem, StringComparison.Ordinal);
    }
}
