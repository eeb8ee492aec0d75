using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Hosting.Triggers;

/// <summary>The commits that this process has pushed lately: a forge that tells of them tells nothing new. What is forgotten, or was pushed by another replica, costs a look.</summary>
internal sealed class OwnCommits
{
    private const int Most = 2_000;

    private readonly Lock _gate = new();
    private HashSet<string> _young = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> _old = new(StringComparer.OrdinalIgnoreCase);

    public void Add(CommitId commit)
    {
        lock (_gate)
        {
            if (_young.Count >= Most / 2)
                (_old, _young) = (_young, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
            _young.Add(commit.Hex);
        }
    }

    /// <summary>Whether it is one; once alone, for who pushes it elsewhere, or back to it, is a person.</summary>
    /// <param name="commit">Its id in hexadecimal digits.</param>
    public bool Take(string commit)
    {
        lock (_gate)
            return _young.Remove(commit) | _old.Remove(commit);
    }
}
