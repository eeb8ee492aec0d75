using GitOpsBumper.Adapters.Git.Plumbing;

namespace GitOpsBumper.Tests.Adapters.Git;

public sealed class GitVersionTests
{
    [Theory]
    [InlineData("git version 2.39.5", "2.39")]
    [InlineData("git version 2.50.1 (Apple Git-155)", "2.50")]
    [InlineData("git version 2.45.2.windows.1", "2.45")]
    [InlineData("hub version 2.14", null)]
    [InlineData("", null)]
    public void The_version_is_read_from_what_git_says(string output, string? version) => Assert.Equal(version, GitVersion.Parse(output)?.ToString());
}
