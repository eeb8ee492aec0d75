using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Controller.Targets;

/// <summary>
/// Finds the branches of applications that do not write to their base branch itself (<c>git-branch: base:template</c>). Their names depend on what is due, which is
/// planned on the base first; then it is planned once more on top of the branch, where that exists.
/// </summary>
internal sealed class WriteBranches(CycleServices services, GitClone clone, GitRemote remote)
{
    /// <param name="bases">The base branches with all their applications.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    /// <returns>The branches to write to, in the order of their first application; those with nothing to write are left out.</returns>
    public async Task<IReadOnlyList<BranchWork>> FindAsync(IReadOnlyList<BranchWork> bases, CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<BranchName, (BranchWork Base, List<DueChanges> Due)>();
        foreach (var branch in bases)
        {
            var applications = branch.Applications.Where(application => application is { WriteBranch: not null, Forge: null }).ToList();
            if (applications.Count == 0)
                continue;
            foreach (var due in await new BranchPlanner(services, clone, remote, CommitGrouping.Application).FindDueAsync(branch with { Applications = applications }, cancellationToken))
                Add(wanted, branch, due, bases);
        }

        if (wanted.Count == 0)
            return [];
        var tips = (await clone.FetchAsync([.. wanted.Keys], cancellationToken)).Tips;
        var found = new List<BranchWork>();
        foreach (var (name, (from, due)) in wanted)
        {
            var exists = tips.TryGetValue(name, out var tip);
            found.Add(new BranchWork(name, tip ?? from.Tip, [.. due.Select(changes => changes.Application)], from.Branch, exists)
            {
                IsWriteBranch = true,
                NotDue = due.SelectMany(changes => changes.Images.Where(image => image.Decision is not ImageDecision.Update).Select(image => (Identity: new ImageIdentity(changes.Application.Application.Name, image.Policy.Alias), image.Decision)))
                    .DistinctBy(image => image.Identity).ToDictionary(image => image.Identity, image => image.Decision),
            });
        }

        return found;
    }

    private void Add(Dictionary<BranchName, (BranchWork Base, List<DueChanges> Due)> wanted, BranchWork from, DueChanges due, IReadOnlyList<BranchWork> bases)
    {
        var application = due.Application;
        var data = new BranchNameData(application.Application.Name, $"{remote.Url}:{due.Message.Target}", due.Message.Named);
        if (!application.WriteBranch!.TryRender(data, out var text, out var problem) || !BranchName.TryParse(text, out var name, out problem))
        {
            application.Fail($"git-branch: {problem}");
            return;
        }

        application.Branch = name.Text;
        if (bases.Any(branch => branch.Branch == name))
            application.Fail($"git-branch: '{name}' is a branch that changes start from, so none are written to it from elsewhere; allowed is another name, or git-branch: {name}");
        else if (!wanted.TryGetValue(name, out var known))
            wanted.Add(name, (from, [due]));
        else if (known.Base.Branch == from.Branch)
            known.Due.Add(due);
        else
            application.Fail($"git-branch: branch '{name}' starts from '{known.Base.Branch}' for {known.Due[0].Application.Application.Name}, and cannot start from '{from.Branch}' as well; allowed is another name");
    }
}
