using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Reconciling;

namespace GitOpsBumper.Hosting.Cycles;

/// <summary>The repositories that cycles over everything have: one that an earlier cycle has still is left to it, and looked at again after it.</summary>
internal sealed class RepositoriesInWork
{
    private readonly ConcurrentDictionary<GitRemote, CycleOrder> _taken = new();
    private readonly ConcurrentDictionary<GitRemote, bool> _leftOut = new();

    /// <summary>Whether a cycle may work on the repository.</summary>
    public bool TryBegin(GitRemote remote, CycleOrder order)
    {
        if (order.Kind == CycleKind.Partial || _taken.TryAdd(remote, order))
            return true;
        _leftOut[remote] = true;
        return false;
    }

    /// <returns>Whether another cycle was told meanwhile to leave it out.</returns>
    public bool End(GitRemote remote, CycleOrder order) => _taken.TryRemove(KeyValuePair.Create(remote, order)) && _leftOut.TryRemove(remote, out _);
}
