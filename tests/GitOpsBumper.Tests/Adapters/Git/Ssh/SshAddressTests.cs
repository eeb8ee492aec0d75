using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Git.Ssh;

public sealed class SshAddressTests
{
    [Theory]
    [InlineData("ssh://git@GitHub.com/Team/Config.git", "ssh://git@github.com/Team/Config.git", "github.com")]
    [InlineData("SSH://git@github.com/team/config/", "ssh://git@github.com/team/config", "github.com")]
    [InlineData("ssh://git@git.example.com:22/team/config", "ssh://git@git.example.com/team/config", "git.example.com")]
    [InlineData("ssh://git@git.example.com:2222/team/config", "ssh://git@git.example.com:2222/team/config", "git.example.com:2222")]
    [InlineData("ssh://git.example.com/team/config", "ssh://git@git.example.com/team/config", "git.example.com")]
    [InlineData("ssh://git@git.example.com/~ada/config", "ssh://git@git.example.com/~ada/config", "git.example.com")]
    [InlineData("ssh://git@[2001:DB8::1]:2222/team/config", "ssh://git@[2001:db8::1]:2222/team/config", "[2001:db8::1]:2222")]
    [InlineData("ssh://me@git.example.com/a%20b/_git/c", "ssh://me@git.example.com/a%20b/_git/c", "git.example.com")]
    [InlineData(" git@GitHub.com:Team/Config.git ", "git@github.com:Team/Config.git", "github.com")]
    [InlineData("git@github.com:team/config/", "git@github.com:team/config", "github.com")]
    [InlineData("github.com:team/config.git", "git@github.com:team/config.git", "github.com")]
    [InlineData("git@ssh.dev.azure.com:v3/org/My%20Project/repo", "git@ssh.dev.azure.com:v3/org/My%20Project/repo", "ssh.dev.azure.com")]
    [InlineData("org-123@github.com:team/config", "org-123@github.com:team/config", "github.com")]
    [InlineData("git@git.example.com:~ada/config", "git@git.example.com:~ada/config", "git.example.com")]
    [InlineData("git@git.example.com:/srv/git/config", "ssh://git@git.example.com/srv/git/config", "git.example.com")]
    [InlineData("git@[::1]:team/config", "git@[::1]:team/config", "[::1]")]
    public void Ssh_is_brought_into_one_form(string text, string normal, string host)
    {
        Assert.True(RepositoryUrl.TryParse(text, out var url, out var problem), problem);
        Assert.True(url.IsSsh);
        Assert.False(url.IsHttp);
        Assert.False(url.IsLocal);
        Assert.Equal(normal, url.Text);
        Assert.Equal(host, url.Host);
        Assert.True(RepositoryUrl.TryParse(url.Text, out var again, out _));
        Assert.Equal(url, again);
    }

    [Theory]
    [InlineData("ssh://-oProxyCommand=x@git.example.com/a", "is not an address of ssh")]
    [InlineData("ssh://git@-oProxyCommand=x/a", "is not an address of ssh")]
    [InlineData("ssh://-oProxyCommand=x/a", "is not an address of ssh")]
    [InlineData("-oProxyCommand=x:a", "is not an address of ssh")]
    [InlineData("-git@git.example.com:a", "is not an address of ssh")]
    [InlineData("git@-x:a", "is not an address of ssh")]
    [InlineData("git@git.example.com:-a", "is not an address of ssh")]
    [InlineData("git@git.example.com:a b", "is not an address of ssh")]
    [InlineData("git@git.example.com:a'b", "is not an address of ssh")]
    [InlineData("git@git.example.com:$(id)", "is not an address of ssh")]
    [InlineData("git@git.example.com:a;b", "is not an address of ssh")]
    [InlineData("git@git.example.com:a\\b", "is not an address of ssh")]
    [InlineData("gi%74@git.example.com:a", "is not an address of ssh")]
    [InlineData("ssh://git@git%2eexample.com/a", "is not an address of ssh")]
    [InlineData("ssh://git@git.example.com", "is not an address of ssh")]
    [InlineData("ssh://git@git.example.com/a?b", "is not an address of ssh")]
    [InlineData("ssh://git@git.example.com:x/a", "is not an address of ssh")]
    [InlineData("ssh://git@\u212Aube/a", "is not an address of ssh")]
    [InlineData("ssh:///a", "is not an address of ssh")]
    [InlineData("C:\\config", "is not an address of ssh")]
    [InlineData("ssh://git@git.example.com:0/a", "has a port that is not between 1 and 65535")]
    [InlineData("ssh://git@git.example.com:65536/a", "has a port that is not between 1 and 65535")]
    [InlineData("ssh://git@[::g]/a", "is not an address of ssh")]
    [InlineData("ssh://git@[1.2.3.4]/a", "has no address of IPv6 between its brackets")]
    [InlineData("ssh://git@git.example.com//", "has no path")]
    [InlineData("git@git.example.com:/", "has no path")]
    [InlineData("ssh://git@git.example.com/a%0ab", "or a control character")]
    [InlineData("ssh://git@git.example.com/a%7F", "or a control character")]
    [InlineData("ssh://git@git.example.com/te%61m/a", "has something escaped in its path that needs no escape")]
    [InlineData("ssh://git@git.example.com/team%2Fa", "has something escaped in its path that needs no escape")]
    [InlineData("git@git.example.com:team/%2e%2e/a", "has something escaped in its path that needs no escape")]
    [InlineData("git@git.example.com:team/%2561", "has something escaped in its path that needs no escape")]
    [InlineData("git@git.example.com:team/a%2", "has a '%' in its path that is not followed by two hex digits")]
    [InlineData("git@git.example.com:team/a%+1", "has a '%' in its path that is not followed by two hex digits")]
    [InlineData("git@git.example.com:team/../other/a", "has a part of its path that is empty, '.' or '..'")]
    [InlineData("git@git.example.com:../a", "has a part of its path that is empty, '.' or '..'")]
    [InlineData("ssh://git@git.example.com/team/./a", "has a part of its path that is empty, '.' or '..'")]
    [InlineData("ssh://git@git.example.com//team/a", "has a part of its path that is empty, '.' or '..'")]
    [InlineData("git@git.example.com:team//a", "has a part of its path that is empty, '.' or '..'")]
    [InlineData("ssh://git@git.example.com/a\nb", "has control characters")]
    [InlineData("git+ssh://git@git.example.com/a", "is not a URL that can be written to; allowed are https://, http://, ssh:// and paths of this machine")]
    public void What_could_mean_something_else_is_refused(string text, string problem)
    {
        Assert.False(RepositoryUrl.TryParse(text, out _, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh://robot:hunter2@git.example.com/a")]
    [InlineData("robot:hunter2@git.example.com:a")]
    public void A_password_is_said_to_open_nothing(string text)
    {
        Assert.False(RepositoryUrl.TryParse(text, out _, out var problem));
        Assert.EndsWith("has a password in its URL; ssh takes a key, which belongs into a repository secret as sshPrivateKey", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void To_a_plain_ssh_server_the_two_forms_are_two_repositories()
    {
        Assert.True(RepositoryUrl.TryParse("git@git.example.com:team/config", out var home, out _));
        Assert.True(RepositoryUrl.TryParse("ssh://git@git.example.com/team/config", out var root, out _));
        Assert.NotEqual(home, root);
        Assert.Equal(RepositoryAddress.Normalise(home.Text), RepositoryAddress.Normalise(root.Text));
    }
}
