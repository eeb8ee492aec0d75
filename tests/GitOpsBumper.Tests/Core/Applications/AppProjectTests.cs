using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Core.Applications;

public sealed class AppProjectTests
{
    [Theory]
    [InlineData("*", true)]
    [InlineData("https://git.example.com/team/config", true)]
    [InlineData("https://GIT.example.com/team/config.git", true)]
    [InlineData("https://git.example.com/team/config/", true)]
    [InlineData("https://git.example.com/*/config", true)]
    [InlineData("https://git.example.com/**", true)]
    [InlineData("https://git.example.com/{team,other}/config", true)]
    [InlineData("https://git.example.com/tea[a-m]/config", true)]
    [InlineData("https://git.example.com/tea[!a-l]/confi?", true)]
    [InlineData("https://git.example.com/*", false)]
    [InlineData("https://git.example.com/team", false)]
    [InlineData("https://git.example.com/team/configuration", false)]
    [InlineData("https://git?example.com/other/config", false)]
    [InlineData("https://git.example.com/team/[z-a]", false)]
    [InlineData("", false)]
    public void A_pattern_permits_what_it_matches(string pattern, bool permitted) =>
        Assert.Equal(permitted, Project(pattern).Permits("https://git.example.com/team/config.git"));

    [Fact]
    public void A_denial_wins_wherever_it_stands()
    {
        Assert.False(Project("!https://git.example.com/team/**", "*").Permits("https://git.example.com/team/config"));
        Assert.False(Project("*", "!https://git.example.com/team/**").Permits("https://git.example.com/team/config"));
        Assert.True(Project("*", "!https://git.example.com/team/**").Permits("https://git.example.com/other/config"));
        Assert.False(Project("!https://git.example.com/team/**").Permits("https://git.example.com/other/config"));
    }

    [Theory]
    [InlineData("git@git.example.com:team/*", true)]
    [InlineData("ssh://git@git.example.com/team/*", true)]
    [InlineData("*@git.example.com:team/config", true)]
    [InlineData("*git.example.com/team/*", true)]
    [InlineData("git@git.example.com:*", false)]
    [InlineData("robot@git.example.com:team/*", false)]
    [InlineData("https://git.example.com/team/*", false)]
    public void Repositories_of_ssh_are_permitted_and_forbidden_in_either_form(string pattern, bool matches)
    {
        foreach (var url in new[] { "git@git.example.com:team/config.git", "ssh://git@git.example.com/team/config" })
        {
            Assert.Equal(matches, Project(pattern).Permits(url));
            Assert.Equal(!matches, Project("*", $"!{pattern}").Permits(url));
        }
    }

    [Fact]
    public void A_project_without_repositories_permits_none() => Assert.False(Project().Permits("https://git.example.com/team/config"));

    [Theory]
    [InlineData("team-a", true)]
    [InlineData("team-*", true)]
    [InlineData("*", true)]
    [InlineData("/^team-[a-c]$/", true)]
    [InlineData("/eam/", true)]
    [InlineData("team-b", false)]
    [InlineData("team", false)]
    [InlineData("/^team$/", false)]
    [InlineData("/(/", false)]
    [InlineData("/", false)]
    [InlineData("", false)]
    public void A_namespace_is_permitted_by_a_glob_or_a_regular_expression(string pattern, bool permitted) =>
        Assert.Equal(permitted, (Project("*") with { SourceNamespaces = [pattern] }).PermitsNamespace("team-a"));

    [Fact]
    public void A_project_without_namespaces_permits_none_besides_that_of_Argo_CD() => Assert.False(Project("*").PermitsNamespace("team-a"));

    private static AppProject Project(params string[] patterns) => new(new NamespacedName("argocd", "team"), patterns);
}
