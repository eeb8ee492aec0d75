namespace GitOpsBumper.Configuration.Git;

/// <summary>The settings of everything that has to do with git.</summary>
internal static class GitSettingDefinitions
{
    public static Setting GitCommitUser { get; } = new("--git-commit-user",
        "Name of author and committer, as far as --git-author-user names no other author. Default: GitOpsBumper.", "name", environment: ["GIT_COMMIT_USER"], configMapKey: "git.user");

    public static Setting GitCommitEmail { get; } = new("--git-commit-email",
        "E-mail address of author and committer, as far as --git-author-email names no other. Default: noreply@gitopsbumper.io.", "address", environment: ["GIT_COMMIT_EMAIL"], configMapKey: "git.email");

    public static Setting GitAuthorUser { get; } = new("--git-author-user",
        "Name of the author, where that is not the committer.", "name", environment: ["GIT_AUTHOR_USER"]);

    public static Setting GitAuthorEmail { get; } = new("--git-author-email",
        "E-mail address of the author, where that is not the committer's.", "address", environment: ["GIT_AUTHOR_EMAIL"]);

    public static Setting GitCommitSignOff { get; } = new("--git-commit-sign-off",
        "Adds a line 'Signed-off-by' with the committer to each commit message.", null, environment: ["GIT_COMMIT_SIGN_OFF"], configMapKey: "git.commit-sign-off");

    public static Setting GitCommitSigningMethod { get; } = new("--git-commit-signing-method",
        "What kind of signature commits get: openpgp or ssh. Default: openpgp.", "method", environment: ["GIT_COMMIT_SIGNING_METHOD"], configMapKey: "git.commit-signing-method");

    public static Setting GitCommitSigningKey { get; } = new("--git-commit-signing-key",
        "Signs each commit. ssh: the path of a private key. openpgp: the path of an exported secret key, or the id or fingerprint of one in GNUPGHOME. It must have no passphrase. Default: no signatures.",
        "key", environment: ["GIT_COMMIT_SIGNING_KEY"], configMapKey: "git.commit-signing-key");

    public static Setting GitHubCommits { get; } = new("--github-commits",
        "Who makes the commits of repositories that a GitHub App opens: git, pushed all at once, or api, GitHub itself, one request each and shown as verified. Commits of pull requests are pushed in any case. Default: git.", "git|api",
        environment: ["BUMPER_GITHUB_COMMITS"]);

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

    public static IReadOnlyList<Setting> All { get; } =
    [
        GitCommitUser, GitCommitEmail, GitAuthorUser, GitAuthorEmail, GitCommitSignOff, GitCommitSigningMethod, GitCommitSigningKey, GitHubCommits, GitCommitMessagePath, AllowLocalRepositories,
        GitTimeout, SshKnownHostsPath, CommitGrouping, CacheMaxSize,
    ];
}
