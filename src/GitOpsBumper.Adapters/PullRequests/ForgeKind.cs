namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Whose API a host speaks.</summary>
public enum ForgeKind
{
    GitHub,
    GitLab,

    /// <summary>Forgejo as well.</summary>
    Gitea,
    BitbucketCloud,

    /// <summary>Bitbucket Data Center as well.</summary>
    BitbucketServer,
    AzureDevOps,
}
