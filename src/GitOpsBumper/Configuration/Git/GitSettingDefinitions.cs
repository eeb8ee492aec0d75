namespace GitOpsBumper.Configuration.Git;

/// <summary>The settings of everything that has to do with git.</summary>
internal static class GitSettingDefinitions
{
    public static Setting GitCommitUser { get; } = new("--git-commit-user",
        "Name of author and committer. Default: GitOpsBumper.", "name", environment: ["GIT_COMMIT_USER"], configMapKey: "git.user");

    public static Setting GitCommitEmail { get; } = new("--git-commit-email",
        "E-mail address of author and committer. Default: noreply@gitopsbumper.io.", "address", environment: ["GIT_COMMIT_EMAIL"], configMapKey: "git.email");

    public static Setting GitCommitMessagePath { get; } = new("--git-commit-message-path",
        "A commit message template; see 'bumper template --help'.", "file", environment: ["GIT_COMMIT_MESSAGE_PATH"]);

    public static Setting AllowLocalRepositories { get; } = new("--allow-local-repositories",
        "Also write to repositories that are folders of this machine (repoURL: /srv/git/deploy.git or file://...). Their hooks run with the rights of the bot.",
        null, environment: ["BUMPER_ALLOW_LOCAL_REPOSITORIES"]);

    public static Setting GitTimeout { get; } = new("--git-timeout",
        "How long one git operation may take, for example 90s or 5m. Default: 5m.", "duration", environment: ["BUMPER_GIT_TIMEOUT"]);

    public static Setting SshKnownHostsPath { get; } = new("--ssh-known-hosts-path",
        "Host keys of git servers that are reached over ssh, as OpenSSH's known_hosts. Default: those of Argo CD's config map argocd-ssh-known-hosts-cm.", "file",
        environment: ["BUMPER_SSH_KNOWN_HOSTS_PATH"]);

    public static Setting CommitGrouping { get; } = new("--commit-grouping",
        "One commit for each application, or one for all that a cycle writes to a branch: application or repository. For some repositories alone: <beginning of the URL>=<grouping>, the longest"
            + " beginning counts. May be given several times. Default: application.",
        "grouping", environment: ["BUMPER_COMMIT_GROUPING"]);

    public static Setting CacheMaxSize { get; } = new("--cache-max-size",
        "What the clones in the cache folder may take together, for example 500MiB or 10GiB; those used longest ago are removed after a cycle. 0: any number. Default: 10GiB.", "size",
        environment: ["BUMPER_CACHE_MAX_SIZE"]);

    public static IReadOnlyList<Setting> All { get; } = [GitCommitUser, GitCommitEmail, GitCommitMessagePath, AllowLocalRepositories, GitTimeout, SshKnownHostsPath, CommitGrouping, CacheMaxSize];
}
