using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Controller.Requests;

/// <summary>The applications that share a request with those of a cycle, and that it is not about: a small one has just what changed, and the request is about all of them.</summary>
internal sealed class GroupMembers(CycleServices services)
{
    public async Task<FoundMembers> FindAsync(GitRemote remote, IReadOnlyList<ApplicationWork> applications, CancellationToken cancellationToken)
    {
        var groups = applications.Where(application => application is { Order: null, Forge: not null }).Select(GroupOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (groups.Count == 0)
            return FoundMembers.None;
        var known = applications.Select(application => application.Application.Name).ToHashSet();
        var members = new List<ApplicationWork>();
        var incomplete = new HashSet<string>(StringComparer.Ordinal);
        foreach (var application in services.Everyone.Where(application => !known.Contains(application.Name)))
        {
            if (await services.Repositories.MemberAsync(application, services.Settings.Annotations, groups, cancellationToken) is not { } member)
                continue;
            if (member.Failure is not null)
                incomplete.Add(GroupOf(member)!);
            else if (member.Remote == remote)
                members.Add(member);
        }

        return new FoundMembers(members, incomplete);
    }

    /// <summary>Null: it has a request of its own, or none.</summary>
    public static string? GroupOf(ApplicationWork application) => application.Policy.WriteBack?.Proposal?.Group;
}

/// <param name="Members">That can be planned.</param>
/// <param name="Incomplete">Groups with members that can not: what these propose already stays.</param>
internal sealed record FoundMembers(IReadOnlyList<ApplicationWork> Members, IReadOnlySet<string> Incomplete)
{
    public static FoundMembers None { get; } = new([], new HashSet<string>());
}
