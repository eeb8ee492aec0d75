using System.CommandLine;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.PullRequests;
using GitOpsBumper.Core.Annotations.Requests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Configuration.PullRequests;

public sealed class PullRequestSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_proposed_unless_somebody_says_so()
    {
        var settings = Read([]);
        Assert.Equal(("bumper/", null, new RequestLimits(0, 20)), (settings.PullRequests.BranchPrefix, settings.PullRequests.Template, settings.PullRequests.Limits));
        Assert.Empty(settings.PullRequests.Hosts);
        Assert.Empty(settings.PullRequests.Tokens);
        Assert.Equal((false, RequestUpdate.Replace, 0), Flat(settings.Annotations.PullRequests));
    }

    [Fact]
    public void Flags_say_it_all()
    {
        var template = _folder.Write("request.tmpl", "t");
        var settings = Read([], "--pull-requests", "--forge", "a.example.com=gitlab,b.example.com=gitea", "--forge", "c.example.com=github@https://c.example.com/api/v3", "--forge-token", "a.example.com=none",
            "--forge-token", "b.example.com=env:TOKEN", "--request-update", "append", "--request-labels", "one, two,,one", "--request-template-path", template, "--request-branch-prefix", "staging/",
            "--max-open-requests", "50", "--max-new-requests-per-cycle", "0");
        Assert.Equal(["a.example.com", "b.example.com", "c.example.com"], settings.PullRequests.Hosts.Select(host => host.Host));
        Assert.Equal(["a.example.com", "b.example.com"], settings.PullRequests.Tokens.Select(token => token.Host));
        Assert.Equal((true, RequestUpdate.Append, 2), Flat(settings.Annotations.PullRequests));
        Assert.Equal(["one", "two"], settings.Annotations.PullRequests.Labels);
        Assert.Equal(("staging/", new RequestLimits(50, 0)), (settings.PullRequests.BranchPrefix, settings.PullRequests.Limits));
        Assert.Equal(new SettingSource.InFile(template), settings.PullRequests.Template);
    }

    [Fact]
    public void A_config_map_says_the_same_and_holds_the_template_itself()
    {
        var settings = Read(
        [
            ("pull-requests", "true"), ("forge", "a.example.com=gitlab, b.example.com=gitea"), ("forge-token", "a.example.com=secret:argocd/forge#token"), ("request-update", "append"),
            ("request-labels", "one"), ("request-template", "x {{ .Summary }}"), ("request-branch-prefix", "next/"), ("max-open-requests", "3"), ("max-new-requests-per-cycle", "1"),
        ]);
        Assert.Equal((2, 1), (settings.PullRequests.Hosts.Count, settings.PullRequests.Tokens.Count));
        Assert.Equal((true, RequestUpdate.Append, 1), Flat(settings.Annotations.PullRequests));
        Assert.Equal(("next/", new RequestLimits(3, 1)), (settings.PullRequests.BranchPrefix, settings.PullRequests.Limits));
        Assert.True(Assert.IsType<SettingSource.InConfigMap>(settings.PullRequests.Template).TryRead(out var text, out _));
        Assert.Equal("x {{ .Summary }}", text);
    }

    [Fact]
    public void A_path_into_the_pod_is_not_taken_from_a_config_map()
    {
        var layer = ConfigMapLayer.Read([Map([("request-template-path", "/etc/passwd")])], "argocd");
        Assert.Contains("'request-template-path' is no setting", Assert.Single(layer.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_say_the_same()
    {
        _environment["BUMPER_PULL_REQUESTS"] = "true";
        _environment["BUMPER_FORGE"] = "a.example.com=gitlab,b.example.com=gitea";
        _environment["BUMPER_MAX_OPEN_REQUESTS"] = "7";
        var settings = Read([]);
        Assert.Equal((true, 2, 7), (settings.Annotations.PullRequests.Proposes, settings.PullRequests.Hosts.Count, settings.PullRequests.Limits.MaxOpen));
    }

    [Theory]
    [InlineData("--forge: 'svn' is no forge; allowed are github, gitlab, gitea, bitbucket-cloud, bitbucket-server, azure-devops", "--forge", "git.example.com=svn")]
    [InlineData("--forge: git.example.com is said to be two forges; allowed is one", "--forge", "git.example.com=gitlab", "--forge", "GIT.example.com=gitea")]
    [InlineData("--forge: git.example.com is said to be two forges; allowed is one", "--forge", "git.example.com=gitlab,git.example.com=gitlab@https://x.example.com/api/v4")]
    [InlineData("--forge-token: git.example.com has two tokens; allowed is one", "--forge-token", "git.example.com=none", "--forge-token", "git.example.com=env:TOKEN")]
    [InlineData("--forge-token: git.example.com: 'pullsecret:a/b' is a secret for registries; allowed are secret:<namespace>/<name>#<field>, env:<NAME>, ext:<path> and none", "--forge-token", "git.example.com=pullsecret:a/b")]
    [InlineData("--request-update 'rebase' is not known, allowed: replace, append", "--request-update", "rebase")]
    [InlineData("--max-open-requests '-1' is not a whole number from 0 to 100000", "--max-open-requests", "-1")]
    [InlineData("--max-new-requests-per-cycle 'many' is not a whole number from 0 to 100000", "--max-new-requests-per-cycle", "many")]
    [InlineData("--request-template-path '/nowhere' does not exist or is not a file", "--request-template-path", "/nowhere")]
    [InlineData(@"--request-branch-prefix 'a b/': 'a b/x' is not the name of a branch, such as main or release/1.x; git allows no spaces, no '..' and none of ~^:?*[\", "--request-branch-prefix", "a b/")]
    public void What_is_wrong_is_told(string expected, params string[] args)
    {
        Load([], out var problems, args);
        Assert.Equal(expected, Assert.Single(problems));
    }

    [Theory]
    [InlineData("bumper", true)]
    [InlineData("team/bumper-", true)]
    [InlineData("-bumper", false)]
    [InlineData("/bumper", false)]
    [InlineData("bumper//", false)]
    [InlineData("a..b/", false)]
    [InlineData(".bumper/", false)]
    public void A_prefix_is_what_the_name_of_a_branch_can_begin_with(string prefix, bool isFine)
    {
        Load([], out var problems, "--request-branch-prefix", prefix);
        Assert.Equal(isFine ? 0 : 1, problems.Count);
    }

    [Fact]
    public void Too_many_labels_are_told()
    {
        Load([], out var problems, "--request-labels", string.Join(',', Enumerable.Range(0, 101)));
        Assert.Equal("--request-labels: 101 names are given, allowed are 100", Assert.Single(problems));
    }

    [Fact]
    public void What_is_said_of_a_host_wins_over_what_everybody_knows()
    {
        var section = Read([], "--forge", "github.com=gitea", "--forge", "git.example.com:8443=gitlab", "--forge-token", "git.example.com:8443=none").PullRequests;
        Assert.Equal(ForgeKind.Gitea, section.HostOf(Url("https://github.com/a/b"))!.Kind);
        Assert.Equal(new ForgeHost("codeberg.org", ForgeKind.Gitea, null), section.HostOf(Url("https://codeberg.org/a/b")));
        Assert.Equal(ForgeKind.GitLab, section.HostOf(Url("https://Git.example.com:8443/a/b"))!.Kind);
        // A host with another port is another host.
        Assert.Null(section.HostOf(Url("https://git.example.com/a/b")));
        Assert.NotNull(section.TokenOf(Url("https://git.example.com:8443/a/b")));
        Assert.Null(section.TokenOf(Url("https://git.example.com/a/b")));
    }

    private static (bool, RequestUpdate, int) Flat(PullRequestDefaults defaults) => (defaults.Proposes, defaults.Update, defaults.Labels.Count);

    private static RepositoryUrl Url(string text)
    {
        Assert.True(RepositoryUrl.TryParse(text, out var url, out var problem), problem);
        return url;
    }

    private static KubernetesConfigMap Map((string Key, string Value)[] own) =>
        new(new NamespacedName("argocd", ConfigMapLayer.OwnName), own.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));

    private BumperSettings Read((string Key, string Value)[] own, params string[] args)
    {
        var settings = Load(own, out var problems, args);
        Assert.Empty(problems);
        return settings;
    }

    private BumperSettings Load((string Key, string Value)[] own, out IReadOnlyList<string> problems, params string[] args)
    {
        var command = new RootCommand();
        foreach (var setting in SettingDefinitions.Cycle)
            command.Add(setting.CreateOption());
        var layer = ConfigMapLayer.Read([Map(own)], "argocd");
        Assert.Empty(layer.Notes);
        return new SettingsLoader(command.Parse(args), _environment.GetValueOrDefault).Load(layer, null, out problems);
    }
}
