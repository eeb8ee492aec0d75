using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Git.Ssh;

public sealed class KnownHostsTests
{
    private const string Line = "git.example.com ssh-ed25519 AAAA\n";

    [Fact]
    public void Argo_CDs_config_map_counts_in_its_own_namespace_alone()
    {
        Assert.Equal(Line, Find(null, Map("argocd", Line))?.Text);
        Assert.Null(Find(null, Map("other", Line)));
        Assert.Null(KnownHosts.Find(null, [], "argocd"));
    }

    [Fact]
    public void A_file_counts_alone_and_the_mounted_one_last()
    {
        Assert.Equal("file\n", Find("file", Map("argocd", Line))?.Text);
        Assert.Null(Find("", Map("argocd", Line), "mounted"));
        Assert.Equal(Line, Find(null, Map("argocd", Line), "mounted")?.Text);
        Assert.Equal("mounted\n", Find(null, Map("argocd", "# none\n"), "mounted")?.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n  \n")]
    [InlineData("# git.example.com ssh-ed25519 AAAA\n\t# more")]
    public void A_text_without_a_host_is_none(string text) => Assert.Null(KnownHosts.Read(text));

    [Theory]
    [InlineData("@revoked * ssh-ed25519 AAAA\n")]
    [InlineData("|1|abc=|def= ssh-ed25519 AAAA\n# end\n")]
    [InlineData("[git.example.com]:2222 ssh-ed25519 AAAA\n")]
    public void What_lines_mean_is_left_to_ssh(string text) => Assert.Equal(text, KnownHosts.Read(text.Replace("\n", "\r\n", StringComparison.Ordinal))?.Text);

    [Fact]
    public void A_text_that_no_config_map_can_hold_is_none() => Assert.Null(KnownHosts.Read(new string('x', KnownHosts.MaxLength + 1)));

    private static KnownHosts? Find(string? file, KubernetesConfigMap map, string? fallback = null) => KnownHosts.Find(file, [map], "argocd", fallback);

    private static KubernetesConfigMap Map(string space, string text) =>
        new(new NamespacedName(space, "argocd-ssh-known-hosts-cm"), new Dictionary<string, string>(StringComparer.Ordinal) { ["ssh_known_hosts"] = text });
}
