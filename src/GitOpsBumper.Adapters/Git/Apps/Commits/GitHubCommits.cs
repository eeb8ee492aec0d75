using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Git.Apps.Commits;

/// <summary>Makes commits through GitHub's GraphQL API, which signs them with a key of its own: people see them as verified. Author is the app.</summary>
/// <param name="apps">Give the tokens.</param>
/// <seealso href="https://docs.github.com/en/graphql/reference/commits"/>
public sealed class GitHubCommits(GitHubApps apps)
{
    private const int MaxBytes = 256 * 1024;

    private const string Commit = "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";

    private const string Repository = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }";

    private const string Ref = "mutation($input: CreateRefInput!) { createRef(input: $input) { ref { target { oid } } } }";

    /// <summary>One commit on top of the branch.</summary>
    /// <param name="remote">Whose credential is an app.</param>
    /// <param name="branch">That exists.</param>
    /// <param name="expected">Where it must still be: the lease, without which a request that is sent again would be a second commit.</param>
    /// <param name="commit">Of which no file is executable: the API makes plain files alone.</param>
    /// <param name="cancellationToken">Cuts the request short, so that nobody knows what came of it.</param>
    /// <exception cref="GitException">There is no token or no answer, or the API refuses this app.</exception>
    public async Task<ApiCommitOutcome> CommitAsync(GitRemote remote, BranchName branch, CommitId expected, NewCommit commit, CancellationToken cancellationToken)
    {
        var lines = commit.Message.TrimEnd('\n').Split('\n', 2);
        var input = new JsonObject
        {
            ["branch"] = new JsonObject { ["repositoryNameWithOwner"] = string.Join('/', NameOf(remote)), ["branchName"] = branch.Text },
            ["expectedHeadOid"] = expected.Hex,
            ["message"] = new JsonObject { ["headline"] = lines[0], ["body"] = lines.Length > 1 ? lines[1].Trim('\n') : "" },
            ["fileChanges"] = new JsonObject
            {
                ["additions"] = new JsonArray([.. commit.Files.Select(file => (JsonNode)new JsonObject { ["path"] = file.Path.Text, ["contents"] = Convert.ToBase64String(file.Content.Span) })]),
            },
        };
        var answer = await AskAsync(remote, Commit, new JsonObject { ["input"] = input }, cancellationToken).ConfigureAwait(false);
        return answer.Outcome ?? (answer.Text("createCommitOnBranch", "commit", "oid") is { } oid && CommitId.Parse(oid) is { } id ? new ApiCommitOutcome.Made(id) : throw Strange(remote));
    }

    /// <summary>A branch that is not there yet.</summary>
    /// <param name="remote">Whose credential is an app.</param>
    /// <param name="branch">To make.</param>
    /// <param name="tip">That the server has.</param>
    /// <param name="cancellationToken">Cuts the request short.</param>
    /// <exception cref="GitException">As of a commit.</exception>
    public async Task<ApiCommitOutcome> CreateBranchAsync(GitRemote remote, BranchName branch, CommitId tip, CancellationToken cancellationToken)
    {
        var name = NameOf(remote);
        var found = await AskAsync(remote, Repository, new JsonObject { ["owner"] = name[0], ["name"] = name[1] }, cancellationToken).ConfigureAwait(false);
        if (found.Outcome is not null)
            return found.Outcome;
        var input = new JsonObject { ["repositoryId"] = found.Text("repository", "id") ?? throw Strange(remote), ["name"] = branch.Ref, ["oid"] = tip.Hex };
        var answer = await AskAsync(remote, Ref, new JsonObject { ["input"] = input }, cancellationToken).ConfigureAwait(false);
        return answer.Outcome ?? new ApiCommitOutcome.Made(tip);
    }

    private static string[] NameOf(GitRemote remote)
    {
        var parts = new Uri(remote.Url.Text).AbsolutePath.Trim('/').Split('/');
        if (parts.Length != 2)
            throw new GitException(GitFailure.Other, $"commits to {remote.Url} cannot be made through an API of GitHub: its URL does not end with owner and repository");
        return [Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1].EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? parts[1][..^4] : parts[1])];
    }

    /// <summary>A token that is refused may have been taken back, so a second one is tried.</summary>
    private async Task<GraphQlAnswer> AskAsync(GitRemote remote, string query, JsonObject variables, CancellationToken cancellationToken)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["query"] = query, ["variables"] = variables }.ToJsonString());
        var reply = await SendAsync(remote, body, cancellationToken).ConfigureAwait(false);
        if (reply.Status == HttpStatusCode.Unauthorized)
            reply = await SendAsync(remote, body, cancellationToken).ConfigureAwait(false);
        return GraphQlAnswer.Read(reply, remote);
    }

    private async Task<HttpReply> SendAsync(GitRemote remote, byte[] body, CancellationToken cancellationToken)
    {
        var token = await apps.GetAsync(remote, cancellationToken).ConfigureAwait(false);
        var url = remote.Credential!.App!.GraphQlUrl;
        using var connection = apps.Connect(remote);
        try
        {
            var reply = await connection.Exchange.SendAsync(
                new HttpCall(HttpMethod.Post, url, "graphql", MaxBytes) { Accept = "application/json", Authorization = new AuthenticationHeaderValue("Bearer", token.Value), Json = body },
                cancellationToken).ConfigureAwait(false);
            if (reply.Status == HttpStatusCode.Unauthorized)
                apps.Refused(remote, token);
            return reply;
        }
        catch (HttpExchangeException failure)
        {
            throw new GitException(failure.IsTransient ? GitFailure.Network : GitFailure.Other, $"could not commit to {remote.Url} through GitHub's API: {url.Authority} {failure.Message}", failure);
        }
    }

    private static GitException Strange(GitRemote remote) =>
        new(GitFailure.Other, $"could not commit to {remote.Url} through GitHub's API: {remote.Credential!.App!.GraphQlUrl.Authority} answered without an error and without what was asked for");
}

/// <summary>What became of a commit through the API.</summary>
public abstract record ApiCommitOutcome
{
    private ApiCommitOutcome()
    {
    }

    /// <param name="Id">Where the branch is now.</param>
    public sealed record Made(CommitId Id) : ApiCommitOutcome;

    /// <summary>Somebody else moved the branch first.</summary>
    public sealed record LostRace : ApiCommitOutcome;

    /// <summary>Protected branch, rule, permission. The reason is the server's.</summary>
    public sealed record Refused(string Reason) : ApiCommitOutcome;
}
