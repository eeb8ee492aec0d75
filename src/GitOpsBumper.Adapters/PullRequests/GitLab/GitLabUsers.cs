namespace GitOpsBumper.Adapters.PullRequests.GitLab;

/// <summary>The users behind names; each is asked for once.</summary>
/// <seealso href="https://docs.gitlab.com/api/users/#as-a-regular-user"/>
internal sealed class GitLabUsers(ForgeApi api)
{
    private readonly Dictionary<string, UserBody?> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The ids of those that there are; null: none.</summary>
    public async Task<IReadOnlyList<long>?> IdsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        try
        {
            var ids = (await FindAsync(names, "", [], cancellationToken)).Select(user => user.Id!.Value).Distinct().ToList();
            return ids.Count == 0 ? null : ids;
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Forbidden or ForgeFailure.NotFound or ForgeFailure.Invalid)
        {
            // No reason to open no request; it is said when the request is finished.
            return null;
        }
    }

    /// <param name="names">With or without an <c>@</c> before them.</param>
    /// <param name="what">They are to be, for messages.</param>
    /// <param name="said">Gets a sentence for each that there is not.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<IReadOnlyList<UserBody>> FindAsync(IReadOnlyList<string> names, string what, List<string> said, CancellationToken cancellationToken)
    {
        var found = new List<UserBody>();
        foreach (var name in names.Select(name => name.TrimStart('@')))
        {
            if (!_known.TryGetValue(name, out var user))
                _known[name] = user = await AskAsync(name, cancellationToken);
            if (user is null)
                said.Add($"GitLab knows no user '{name}', who was to be {what}");
            else
                found.Add(user);
        }

        return found;
    }

    private async Task<UserBody?> AskAsync(string name, CancellationToken cancellationToken)
    {
        var reply = await api.SendAsync(HttpMethod.Get, $"users?username={Uri.EscapeDataString(name)}", null, cancellationToken);
        return api.Read(reply, GitLabJson.Default.ListUserBody).FirstOrDefault(user => user is { Id: not null } && name.Equals(user.Username, StringComparison.OrdinalIgnoreCase));
    }
}
