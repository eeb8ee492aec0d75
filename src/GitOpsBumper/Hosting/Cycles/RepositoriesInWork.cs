using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Reconciling;

namespace GitOpsBumper.Hosting.Cycles;

/// <summary>The repositories that cycles over everything have: one that an earlier cycle has still is left to it, and looked at again after it.</summary>
internal sealed class RepositoriesInWork
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GitRemote, Taken> _taken = [];

    /// <summary>Whether a cycle may work on the repository.</summary>
    public bool TryBegin(GitRemote remote, CycleOrder order)
    {
        if (order.Kind == CycleKind.Partial)
            return true;
        lock (_gate)
        {
            if (_taken.TryAdd(remote, new Taken(order, WasWanted: false)))
                return true;
            _taken[remote] = _taken[remote] with { WasWanted = true };
            return false;
        }
    }

    /// <returns>Whether another cycle was told meanwhile to leave it out.</returns>
    public bool End(GitRemote remote, CycleOrder order)
    {
        lock (_gate)
            return _taken.TryGetValue(remote, out var taken) && ReferenceEquals(taken.By, order) && _taken.Remove(remote) && taken.WasWanted;
    }

    private sealed record Taken(CycleOrder By, bool WasWanted);
}
