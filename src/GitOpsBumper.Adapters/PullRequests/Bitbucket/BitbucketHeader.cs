using System.Net.Http.Headers;
using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Adapters.PullRequests.Bitbucket;

internal static class BitbucketHeader
{
    /// <summary>The user of git that stands for nobody: beside it is an access token of a repository, a project or a workspace.</summary>
    private const string TokenUser = "x-token-auth";

    /// <summary>Passwords and API tokens belong to a user, access tokens to nobody.</summary>
    public static AuthenticationHeaderValue Of(AccessToken token) => token.User is null or "" or TokenUser ? TokenHeader.Bearer(token.Secret) : TokenHeader.Basic(token.User, token.Secret);
}
