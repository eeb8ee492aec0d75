namespace GitOpsBumper.Configuration.PullRequests;

/// <summary>The settings of requests.</summary>
internal static class PullRequestSettingDefinitions
{
    public static Setting PullRequests { get; } = new("--pull-requests",
        "Propose changes in pull or merge requests where an Application does not say otherwise (gitopsbumper.io/pull-request). Default: write them to the branch itself.", null,
        environment: ["BUMPER_PULL_REQUESTS"]);

    public static Setting Forge { get; } = new("--forge",
        "Which forge a host is, as <host>=github, gitlab, gitea, bitbucket-cloud, bitbucket-server or azure-devops; with @<URL> behind it where its API is not at the usual place. github.com, gitlab.com,"
            + " gitea.com, codeberg.org, bitbucket.org and dev.azure.com are known. May be given several times.",
        "host=forge", environment: ["BUMPER_FORGE"]);

    public static Setting ForgeToken { get; } = new("--forge-token",
        "The token for the API of a host, where the credential of its repositories is none, as <host>=secret:<namespace>/<name>#<field>, env:<NAME>, ext:<path>, or none to show it none. May be given"
            + " several times. Default: what opens the repository.",
        "host=credential", environment: ["BUMPER_FORGE_TOKEN"]);

    public static Setting RequestUpdate { get; } = new("--request-update",
        "What becomes of the branch of an open request when there is something newer: replace makes it again, append adds a commit. Default: replace.", "replace|append", environment: ["BUMPER_REQUEST_UPDATE"]);

    public static Setting RequestLabels { get; } = new("--request-labels",
        "Labels of requests where an Application names none, comma separated. Default: none.", "labels", environment: ["BUMPER_REQUEST_LABELS"]);

    public static Setting RequestTemplatePath { get; } = new("--request-template-path",
        "A template of titles and bodies of requests; see 'bumper template --help'.", "file", environment: ["BUMPER_REQUEST_TEMPLATE_PATH"]);

    public static Setting RequestBranchPrefix { get; } = new("--request-branch-prefix",
        "With it the names of branches of requests begin. Bots that share a repository and names of groups need different ones. Default: bumper/.", "prefix", environment: ["BUMPER_REQUEST_BRANCH_PREFIX"]);

    public static Setting MaxOpenRequests { get; } = new("--max-open-requests",
        "So many requests of the bot may be open in a repository; what else is due waits. 0: any number. Default: 0.", "number", environment: ["BUMPER_MAX_OPEN_REQUESTS"]);

    public static Setting MaxNewRequests { get; } = new("--max-new-requests-per-cycle",
        "So many requests are opened in a repository in one cycle. 0: any number. Default: 20.", "number", environment: ["BUMPER_MAX_NEW_REQUESTS_PER_CYCLE"]);

    public static IReadOnlyList<Setting> All { get; } =
        [PullRequests, Forge, ForgeToken, RequestUpdate, RequestLabels, RequestTemplatePath, RequestBranchPrefix, MaxOpenRequests, MaxNewRequests];
}
