using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Controller.Requests;

/// <summary>The applications that share a request with those of a cycle, and that it is not about: a small one has just what changed, and the request is about all of them.</summary>
internal sealed class GroupMembers(CycleServices services)
{
    public async Task<IReadOnlyList<ApplicationWork>> FindAsync(GitRemote remote, IReadOnlyList<ApplicationWork> applications, CancellationToken cancellationToken)
    {
        var groups = applications.Where(application => application is { Order: null, Forge: not null }).Select(application => application.Policy.WriteBack?.Proposal?.Group).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (groups.Count == 0)
            return [];
        var known = applications.Select(application => application.Application.Name).ToHashSet();
        var members = new List<ApplicationWork>();
        foreach (var application in services.Everyone.Where(application => !known.Contains(application.Name)))
        {
            if (await services.Repositories.MemberAsync(application, services.Settings.Annotations, remote, groups, cancellationToken) is { } member)
                members.Add(member);
        }

        return members;
    }
}
