namespace GitOpsBumper.Adapters.PullRequests.Azure;

/// <summary>
/// Who is meant by the name of a reviewer: an id as it is, else a team of the project by its name, or a member of one by e-mail address. The API that searches all identities lies on
/// another host of Azure DevOps Services, where nothing is asked.
/// </summary>
/// <param name="api">Of the forge.</param>
/// <param name="project">Ready for a URL.</param>
/// <param name="version">The query that names the version of the API.</param>
/// <seealso href="https://learn.microsoft.com/en-us/rest/api/azure/devops/core/teams"/>
internal sealed class AzureReviewers(ForgeApi api, string project, string version)
{
    private const int MaxTeams = 100;
    private const int MaxMembers = 1_000;

    private readonly Dictionary<string, string> _ids = new(StringComparer.OrdinalIgnoreCase);
    private bool _isRead;

    /// <summary>Null when nobody is known by that name.</summary>
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(name, out var id))
            return id.ToString();
        if (!_isRead)
            await ReadAsync(cancellationToken);
        _isRead = true;
        return _ids.GetValueOrDefault(name);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var path = $"_apis/projects/{project}/teams";
        var teams = api.Read(await api.SendAsync(HttpMethod.Get, $"{path}?$top={MaxTeams}&{version}", null, cancellationToken), AzureJson.Default.AzureTeams);
        foreach (var team in teams.Value.OfType<AzureTeam>().Take(MaxTeams))
        {
            _ids.TryAdd(team.Name, team.Id);
            var reply = await api.SendAsync(HttpMethod.Get, $"{path}/{Uri.EscapeDataString(team.Id)}/members?$top={MaxMembers}&{version}", null, cancellationToken);
            foreach (var member in api.Read(reply, AzureJson.Default.AzureMembers).Value.OfType<AzureMember>())
            {
                if (member.Identity is { UniqueName: { } name, Id: { } id })
                    _ids.TryAdd(name, id);
            }
        }
    }
}
