using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Hosting.Triggers;

namespace GitOpsBumper.Tests.Hosting.Triggers;

public sealed class ApplicationIndexTests
{
    [Theory]
    [InlineData("https://git.example.com/team/apps.git", "git@git.example.com:team/apps.git")]
    [InlineData("https://git.example.com/team/apps", "ssh://git@git.example.com/team/apps.git")]
    [InlineData("https://git.example.com/Team/Apps.git", "https://GIT.example.com/team/apps/")]
    [InlineData("https://git.example.com/team/apps.git", "ssh://git@git.example.com:7999/team/apps.git")]
    [InlineData("http://git.example.com:8080/team/apps.git", "https://git.example.com/team/apps.git")]
    public void The_addresses_of_one_repository_have_a_name_in_common(string one, string other) => Assert.Equal(KeyOf(one), KeyOf(other));

    [Theory]
    [InlineData("https://git.example.com/team/apps.git", "https://git.example.com/team/apps2.git")]
    [InlineData("https://git.example.com/team/apps.git", "https://git.example.org/team/apps.git")]
    [InlineData("git@git.example.com:7999/apps.git", "https://git.example.com/apps.git")]
    public void Those_of_others_do_not(string one, string other) => Assert.NotEqual(KeyOf(one), KeyOf(other));

    private static string KeyOf(string text) => RepositoryUrl.TryParse(text, out var url, out var problem) ? ApplicationIndex.KeyOf(url) : throw new InvalidOperationException(problem);
}
