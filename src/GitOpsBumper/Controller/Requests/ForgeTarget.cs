using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;

namespace GitOpsBumper.Controller.Requests;

/// <summary>Where the requests of a repository are opened, and how the bot proves itself there. Prints without what is secret.</summary>
/// <param name="Location">Of the requests.</param>
/// <param name="Token">Null: a GitHub App's own.</param>
internal sealed record ForgeTarget(ForgeLocation Location, AccessToken? Token)
{
    /// <summary>Else requests are opened by pushing, and what becomes of them is not known.</summary>
    public bool HasApi { get; init; } = true;

    public bool IsSameAs(ForgeTarget other) => (Location.Kind, Location.ApiUrl, Token, HasApi) == (other.Location.Kind, other.Location.ApiUrl, other.Token, other.HasApi);
}
