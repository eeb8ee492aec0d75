namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Where a forge keeps the requests of a repository.</summary>
/// <param name="Kind">Whose API it is.</param>
/// <param name="ApiUrl">The top of the API, without a slash at its end.</param>
/// <param name="Path">The parts of the repository's path as its URL has them, decoded and without <c>.git</c>: owner and name of GitHub, groups and name of GitLab.</param>
public sealed record ForgeLocation(ForgeKind Kind, Uri ApiUrl, IReadOnlyList<string> Path)
{
    /// <summary>The path with slashes, each part ready for a URL.</summary>
    public string EscapedPath => string.Join('/', Path.Select(Uri.EscapeDataString));

    public override string ToString() => $"{Kind} at {ApiUrl.Authority}, {string.Join('/', Path)}";
}
