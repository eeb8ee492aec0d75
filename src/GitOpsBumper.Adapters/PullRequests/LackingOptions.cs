using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Sentences about options that a forge has no such thing for.</summary>
internal static class LackingOptions
{
    public static IEnumerable<string> Labels(string forge, PullRequestOptions options) =>
        options.Labels.Count == 0 ? [] : [$"{forge} has no labels of pull requests; left out: {string.Join(", ", options.Labels)}"];

    public static IEnumerable<string> Assignees(string forge, PullRequestOptions options) =>
        options.Assignees.Count == 0 ? [] : [$"{forge} has no assignees of pull requests; left out: {string.Join(", ", options.Assignees)}"];
}
