using System.Text.Json;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.GitHub;

/// <summary>What a pull request of GitHub gets once it is there. Everything may be given again.</summary>
/// <param name="api">Of the forge.</param>
/// <param name="location">Of the repository.</param>
/// <param name="pulls">The path of its pull requests.</param>
/// <param name="issues">Each of them is an issue too: the path of those.</param>
internal sealed class GitHubExtras(ForgeApi api, ForgeLocation location, string pulls, string issues)
{
    private const string EnterprisePath = "/api/v3";

    private const string EnableAutoMerge =
        "mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { pullRequest { number } } }";

    /// <summary>Gives it all that GitHub takes.</summary>
    /// <returns>Sentences about the rest.</returns>
    /// <exception cref="ForgeException">It is to be done again: what hinders it may pass, or the token is none.</exception>
    public async Task<IReadOnlyList<string>> AddAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        if (options.Labels.Count > 0)
            await TellAsync(said, $"labels {string.Join(", ", options.Labels)}", () => LabelAsync(request, options.Labels, cancellationToken));
        if (options.Assignees.Count > 0)
            await TellAsync(said, $"assignees {string.Join(", ", options.Assignees)}", async () => said.AddRange(await AssignAsync(request, options.Assignees, cancellationToken)));
        if (options.Reviewers.Count > 0)
            await AskForReviewAsync(said, request, options.Reviewers, cancellationToken);
        if (options.AutoMerge is { } method)
            await TellAsync(said, "auto-merge", async () => said.AddRange(await AutoMergeAsync(request, method, cancellationToken)));
        return said;
    }

    /// <summary>What was not to be had is told; what has trouble is thrown on.</summary>
    private static async Task TellAsync(List<string> said, string what, Func<Task> add)
    {
        try
        {
            await add();
        }
        catch (ForgeException failure) when (!failure.IsTransient && failure.Failure != ForgeFailure.Unauthorized)
        {
            said.Add($"no {what}: {failure.Message}");
        }
    }

    /// <seealso href="https://docs.github.com/en/rest/issues/labels?apiVersion=2022-11-28#add-labels-to-an-issue"/>
    private Task LabelAsync(PullRequest request, IReadOnlyList<string> labels, CancellationToken cancellationToken) => api.SendAsync(
        HttpMethod.Post, $"{issues}/{request.Number}/labels", JsonSerializer.SerializeToUtf8Bytes(new GitHubLabels(labels), GitHubJson.Default.GitHubLabels), cancellationToken);

    /// <summary>Whoever cannot be assigned is left out without a word.</summary>
    /// <seealso href="https://docs.github.com/en/rest/issues/assignees?apiVersion=2022-11-28#add-assignees-to-an-issue"/>
    private async Task<IEnumerable<string>> AssignAsync(PullRequest request, IReadOnlyList<string> assignees, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new GitHubAssignees(assignees), GitHubJson.Default.GitHubAssignees);
        var issue = api.Read(await api.SendAsync(HttpMethod.Post, $"{issues}/{request.Number}/assignees", body, cancellationToken), GitHubJson.Default.GitHubIssue);
        var left = assignees.Except((issue.Assignees ?? []).OfType<GitHubUser>().Select(user => user.Login), StringComparer.OrdinalIgnoreCase).ToList();
        return left.Count == 0 ? [] : [$"no assignees {string.Join(", ", left)}: GitHub left them out; they have to be able to write in the repository, and there are ten at most"];
    }

    /// <summary>GitHub asks all or nobody, so that whoever it refuses must be found by asking one by one.</summary>
    private async Task AskForReviewAsync(List<string> said, PullRequest request, IReadOnlyList<string> reviewers, CancellationToken cancellationToken)
    {
        var own = new List<string>();
        foreach (var reviewer in reviewers)
        {
            if (reviewer.Split('/') is [var organisation, ..] and not [_] && !organisation.Equals(location.Path[0], StringComparison.OrdinalIgnoreCase))
                said.Add($"no reviewer {reviewer}: teams of {location.Path[0]} alone can be asked");
            else
                own.Add(reviewer);
        }

        if (own.Count > 1)
        {
            try
            {
                await ReviewAsync(request, own, cancellationToken);
                return;
            }
            catch (ForgeException failure) when (failure.Failure == ForgeFailure.Invalid)
            {
                // Which of them it is, the answer does not tell.
            }
        }

        foreach (var reviewer in own)
            await TellAsync(said, $"reviewer {reviewer}", () => ReviewAsync(request, [reviewer], cancellationToken));
    }

    /// <seealso href="https://docs.github.com/en/rest/pulls/review-requests?apiVersion=2022-11-28#request-reviewers-for-a-pull-request"/>
    private Task ReviewAsync(PullRequest request, IReadOnlyList<string> reviewers, CancellationToken cancellationToken)
    {
        var teams = reviewers.Where(reviewer => reviewer.Contains('/')).ToList();
        var body = new GitHubReviewers([.. reviewers.Except(teams)], [.. teams.Select(team => team[(team.IndexOf('/') + 1)..])]);
        return api.SendAsync(HttpMethod.Post, $"{pulls}/{request.Number}/requested_reviewers", JsonSerializer.SerializeToUtf8Bytes(body, GitHubJson.Default.GitHubReviewers), cancellationToken);
    }

    /// <summary>GitHub waits for what there is to wait for. Where there is nothing it refuses to, and the request is merged at once.</summary>
    /// <seealso href="https://docs.github.com/en/graphql/reference/pulls#mutation-enablepullrequestautomerge"/>
    private async Task<IEnumerable<string>> AutoMergeAsync(PullRequest request, MergeMethod method, CancellationToken cancellationToken)
    {
        var name = method switch { MergeMethod.Squash => "squash", MergeMethod.Rebase => "rebase", _ => "merge" };
        var node = request.Handle ?? throw new ArgumentException("it comes from no answer of GitHub", nameof(request));
        var mutation = new GitHubMutation(EnableAutoMerge, new GitHubVariables(new GitHubAutoMergeInput(node, name.ToUpperInvariant())));
        var reply = await api.SendAsync(HttpMethod.Post, GraphQlPath, JsonSerializer.SerializeToUtf8Bytes(mutation, GitHubGraphQlJson.Default.GitHubMutation), cancellationToken);
        if (api.Read(reply, GitHubGraphQlJson.Default.GitHubMutationAnswer).Errors is not { Count: > 0 } errors)
            return [];
        var words = string.Join(": ", errors.Select(error => error?.Message ?? error?.Type ?? "?"));
        if (errors.Any(error => error?.Type == "RATE_LIMITED"))
            throw new ForgeException(ForgeFailure.RateLimited, $"GitHub at {location.ApiUrl.Authority} limits requests ('{words}')");
        if (!words.Contains("clean status", StringComparison.OrdinalIgnoreCase))
            return [$"no auto-merge: GitHub says '{words}'"];
        await api.SendOnceAsync(HttpMethod.Put, $"{pulls}/{request.Number}/merge", JsonSerializer.SerializeToUtf8Bytes(new GitHubMerge(name), GitHubJson.Default.GitHubMerge), cancellationToken);
        return [];
    }

    /// <summary>Beside the REST API of github.com, and beside the folder of that of a server.</summary>
    private string GraphQlPath => location.ApiUrl.AbsoluteUri.TrimEnd('/') is var url && url.EndsWith(EnterprisePath, StringComparison.OrdinalIgnoreCase)
        ? $"{url[..^EnterprisePath.Length]}/api/graphql"
        : "graphql";
}
