using System.Text.Json;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.Gitea;

/// <summary>Gives a request its assignees and reviewers. Whom the forge does not take is told, and nobody goes without because of another.</summary>
internal sealed class GiteaPeople(ForgeApi api, string repository, IReadOnlyList<string> path)
{
    /// <summary>Adds what is missing; those that people gave stay.</summary>
    public async Task AssignAsync(PullRequest request, IReadOnlyList<string> assignees, PullBody now, List<string> said, CancellationToken cancellationToken)
    {
        var present = Logins(now.Assignees);
        var missing = assignees.Except(present, StringComparer.OrdinalIgnoreCase).ToList();
        if (missing.Count == 0)
            return;
        try
        {
            // One who cannot be assigned fails all of them, and one without access not even as a mistake of the request.
            var reply = await api.SendAsync(HttpMethod.Get, $"{repository}/assignees", null, cancellationToken);
            var possible = Logins(api.Read(reply, GiteaJson.Default.ListLoginBody));
            said.AddRange(missing.Except(possible, StringComparer.OrdinalIgnoreCase).Select(name => $"there is nobody called '{name}' whom #{request.Number} could be assigned to"));
            var taken = possible.Intersect(missing, StringComparer.OrdinalIgnoreCase).ToList();
            if (taken.Count == 0)
                return;
            var change = new PullChange { Assignees = [.. present, .. taken] };
            await api.SendAsync(HttpMethod.Patch, $"{repository}/pulls/{request.Number}", JsonSerializer.SerializeToUtf8Bytes(change, GiteaJson.Default.PullChange), cancellationToken);
        }
        catch (ForgeException failure) when (IsRefusal(failure))
        {
            said.Add(failure.Message);
        }
    }

    /// <summary>Asks each of them by itself: to be asked twice is no error. <c>organisation/team</c> is a team of the owner.</summary>
    public async Task AskForReviewAsync(PullRequest request, IReadOnlyList<string> reviewers, List<string> said, CancellationToken cancellationToken)
    {
        foreach (var reviewer in reviewers)
        {
            var slash = reviewer.IndexOf('/', StringComparison.Ordinal);
            var team = slash < 0 ? null : reviewer[(slash + 1)..];
            if (team is not null && !(path.Count > 1 && reviewer[..slash].Equals(path[^2], StringComparison.OrdinalIgnoreCase)))
            {
                said.Add($"'{reviewer}' is no team of the owner of the repository, who alone can be asked to review #{request.Number}");
                continue;
            }

            var change = team is null ? new ReviewersChange([reviewer], null) : new ReviewersChange(null, [team]);
            try
            {
                await api.SendAsync(
                    HttpMethod.Post, $"{repository}/pulls/{request.Number}/requested_reviewers", JsonSerializer.SerializeToUtf8Bytes(change, GiteaJson.Default.ReviewersChange), cancellationToken);
            }
            catch (ForgeException failure) when (IsRefusal(failure))
            {
                said.Add(failure.Failure == ForgeFailure.NotFound
                    ? $"there is no '{reviewer}' who could be asked to review #{request.Number}"
                    : $"'{reviewer}' is not asked to review #{request.Number}: {failure.Message}");
            }
        }
    }

    private static bool IsRefusal(ForgeException failure) => failure.Failure is ForgeFailure.Forbidden or ForgeFailure.NotFound or ForgeFailure.Invalid;

    private static List<string> Logins(IReadOnlyList<LoginBody?>? people) => [.. (people ?? []).Select(person => person?.Login).OfType<string>()];
}
