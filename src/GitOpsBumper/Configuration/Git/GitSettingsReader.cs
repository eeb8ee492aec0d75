using GitOpsBumper.Configuration.Reading;

namespace GitOpsBumper.Configuration.Git;

/// <summary>Reads the settings of everything that has to do with git.</summary>
internal sealed class GitSettingsReader(SettingLookup lookup, List<string> problems) : ValueReader(lookup, problems)
{
    private static IReadOnlyList<KeyValuePair<string, SigningMethod>> SigningMethods { get; } = [new("openpgp", SigningMethod.OpenPgp), new("ssh", SigningMethod.Ssh)];

    private static IReadOnlyList<KeyValuePair<string, bool>> GitHubWays { get; } = [new("git", false), new("api", true)];

    public GitSection Read(GitSection defaults) => new()
    {
        CommitUser = Identity(GitSettingDefinitions.GitCommitUser) ?? defaults.CommitUser,
        CommitEmail = Identity(GitSettingDefinitions.GitCommitEmail) ?? defaults.CommitEmail,
        AuthorUser = Identity(GitSettingDefinitions.GitAuthorUser),
        AuthorEmail = Identity(GitSettingDefinitions.GitAuthorEmail),
        SignsOff = Choice(GitSettingDefinitions.GitCommitSignOff, Switches) ?? defaults.SignsOff,
        Signing = Signing(),
        UsesGitHubApi = Choice(GitSettingDefinitions.GitHubCommits, GitHubWays) ?? defaults.UsesGitHubApi,
        CommitMessage = Source(GitSettingDefinitions.GitCommitMessagePath, ConfigMapLayer.CommitMessage),
        Timeout = Duration(GitSettingDefinitions.GitTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) ?? defaults.Timeout,
        MaxConcurrency = Number(SettingDefinitions.MaxConcurrency, 1, 64) ?? defaults.MaxConcurrency,
        KnownHosts = One(GitSettingDefinitions.SshKnownHostsPath) is { } hosts ? new SettingSource.InFile(Existing(GitSettingDefinitions.SshKnownHostsPath, hosts, folders: false)) : null,
        Grouping = Grouping(),
        MaxCacheBytes = CacheSize.Read(One(GitSettingDefinitions.CacheMaxSize), Name(GitSettingDefinitions.CacheMaxSize), Add) ?? defaults.MaxCacheBytes,
        AllowLocalRepositories = Choice(GitSettingDefinitions.AllowLocalRepositories, Switches) ?? defaults.AllowLocalRepositories,
    };

    private CommitGroupings Grouping()
    {
        if (CommitGroupings.TryParse(List(GitSettingDefinitions.CommitGrouping), out var groupings, out var problem))
            return groupings;
        Add($"{Name(GitSettingDefinitions.CommitGrouping)}: {problem}");
        return CommitGroupings.Default;
    }

    /// <summary>A method alone signs nothing, which who names it does not want.</summary>
    private SigningSection? Signing()
    {
        var method = Choice(GitSettingDefinitions.GitCommitSigningMethod, SigningMethods);
        if (One(GitSettingDefinitions.GitCommitSigningKey) is { } key)
            return new SigningSection(method ?? SigningMethod.OpenPgp, key, Name(GitSettingDefinitions.GitCommitSigningKey));
        if (method is not null)
            Add($"{Name(GitSettingDefinitions.GitCommitSigningMethod)} is given without {GitSettingDefinitions.GitCommitSigningKey.Flag}; commits are signed with a key");
        return null;
    }

    private string? Identity(Setting setting)
    {
        var text = One(setting);
        if (text is not null && (text.AsSpan().ContainsAny('<', '>') || text.Any(char.IsControl) || text.Trim().Length == 0))
            Add($"{Name(setting)} '{text}' cannot stand in a commit: it must not be blank nor contain '<', '>' or line breaks");
        return text?.Trim();
    }
}
