using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>A way to the requests of one repository, for one cycle.</summary>
public sealed class ForgeSession : IDisposable
{
    private readonly ApiConnection _connection;
    private readonly ForgeLocation _location;
    private readonly MergeableMemory _mergeable;

    internal ForgeSession(ApiConnection connection, IForge forge, ForgeLocation location, MergeableMemory mergeable) => (_connection, Forge, _location, _mergeable) = (connection, forge, location, mergeable);

    public IForge Forge { get; }

    /// <summary>
    /// Whether a request has to be made again to be merged. What is known of two commits stays so, and is asked once; a forge that does not know yet, or does not say, is asked in the next
    /// cycle; one that never knows is not relied upon.
    /// </summary>
    /// <param name="request">That is open.</param>
    /// <param name="tip">Of its branch.</param>
    /// <param name="baseTip">Of the branch that it is to go to.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<bool> HasConflictsAsync(PullRequest request, string tip, CommitId baseTip, CancellationToken cancellationToken)
    {
        if (!Forge.TellsConflicts)
            return true;
        var key = $"{_location.ApiUrl} {_location.EscapedPath} {request.Number} {tip} {baseTip}";
        if (_mergeable.Knows(key))
            return false;
        try
        {
            var hasConflicts = await Forge.HasConflictsAsync(request, cancellationToken);
            if (hasConflicts == false)
                _mergeable.Remember(key);
            return hasConflicts == true;
        }
        catch (ForgeException failure) when (failure.Failure is not ForgeFailure.Unauthorized)
        {
            // It stays as it is, and the others go on.
            return false;
        }
    }

    public void Dispose() => _connection.Dispose();
}

/// <summary>Which requests are known to go together with their bases. May be lost at any time.</summary>
internal sealed class MergeableMemory
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    public bool Knows(string key) => _known.ContainsKey(key);

    public void Remember(string key)
    {
        if (_known.Count >= Most)
            _known.Clear();
        _known[key] = true;
    }
}
