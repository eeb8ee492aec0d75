using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Tests.Adapters.Git;

public sealed class BranchNameTests
{
    [Theory]
    [InlineData("main", "main")]
    [InlineData("refs/heads/main", "main")]
    [InlineData("release/1.2", "release/1.2")]
    [InlineData("grün", "grün")]
    [InlineData("a@b", "a@b")]
    [InlineData("a{b}", "a{b}")]
    public void What_git_allows_is_a_branch(string text, string name)
    {
        Assert.True(BranchName.TryParse(text, out var branch, out _));
        Assert.Equal(name, branch.Text);
        Assert.Equal($"refs/heads/{name}", branch.Ref);
    }

    [Theory]
    [InlineData("", "branch '' is empty")]
    [InlineData("refs/heads/", "branch 'refs/heads/' is empty")]
    [InlineData("HEAD", "branch 'HEAD' is not the name of a branch")]
    [InlineData("@", "branch '@' is not the name of a branch")]
    [InlineData("refs/tags/v1", "branch 'refs/tags/v1' is not the name of a branch")]
    [InlineData("-d", "branch '-d' starts with '-'")]
    [InlineData("a.", "branch 'a.' ends with '.'")]
    [InlineData("a b", "branch 'a b' contains ' ', which git does not allow")]
    [InlineData("a:b", "branch 'a:b' contains ':', which git does not allow")]
    [InlineData("a*", "branch 'a*' contains '*', which git does not allow")]
    [InlineData("a\\b", "branch 'a\\b' contains '\\', which git does not allow")]
    [InlineData("a..b", "branch 'a..b' contains '..' or '@{'")]
    [InlineData("a@{1}", "branch 'a@{1}' contains '..' or '@{'")]
    [InlineData("a//b", "branch 'a//b' has a part that is empty")]
    [InlineData("/a", "branch '/a' has a part that is empty")]
    [InlineData("a/", "branch 'a/' has a part that is empty")]
    [InlineData("a/.b", "branch 'a/.b' has a part that is empty, starts with '.'")]
    [InlineData("a.lock/b", "branch 'a.lock/b' has a part that is empty, starts with '.' or ends with '.lock'")]
    public void What_git_refuses_is_refused_with_the_reason(string text, string problem)
    {
        Assert.False(BranchName.TryParse(text, out var branch, out var said));
        Assert.Null(branch);
        Assert.StartsWith(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_character_is_named_and_not_printed()
    {
        Assert.False(BranchName.TryParse("a\u0007", out _, out var problem));
        Assert.EndsWith("contains a control character, which git does not allow in the name of a branch", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0007', problem);
    }

    [Fact]
    public void The_length_is_counted_in_bytes()
    {
        Assert.True(BranchName.TryParse(new string('ü', BranchName.MaxBytes / 2), out _, out _));
        Assert.False(BranchName.TryParse(new string('ü', (BranchName.MaxBytes / 2) + 1), out _, out var problem));
        Assert.Contains("is longer than 244 bytes", problem, StringComparison.Ordinal);
    }
}
