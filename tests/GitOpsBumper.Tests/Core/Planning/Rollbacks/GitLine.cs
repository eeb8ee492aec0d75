using System.Collections.Immutable;
using System.Globalization;
using GitOpsBumper.Core.Holds;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>A commit of a branch that is only played.</summary>
/// <param name="Id">Given anew when it is rebased.</param>
/// <param name="When">It was committed.</param>
/// <param name="Message">With its trailers.</param>
/// <param name="Files">All that the branch has since, by path.</param>
internal sealed record PlayedCommit(string Id, DateTimeOffset When, string Message, ImmutableSortedDictionary<string, string> Files)
{
    /// <summary>It came by a merge, and is no tip that anybody saw.</summary>
    public bool IsSide { get; init; }

    /// <summary>A rebase leaves it as it was.</summary>
    public DateTimeOffset Authored { get; init; } = When;

    /// <summary>What the bot reads of it.</summary>
    public UpdateCommit Read => UpdateCommit.Read(Id, When, Message) with { Authored = Authored };
}

/// <summary>One branch as a list of commits, the oldest first and a merge after what it merges, and what people do to it.</summary>
internal sealed class GitLine
{
    private readonly List<PlayedCommit> _commits = [];
    private int _ids;

    public DateTimeOffset Now { get; set; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public ImmutableSortedDictionary<string, string> Files => _commits.Count == 0 ? ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal) : _commits[^1].Files;

    public IReadOnlyList<PlayedCommit> Commits => _commits;

    /// <summary>All that the bot pushed, as it remembers it.</summary>
    public List<PlayedCommit> Pushed { get; } = [];

    /// <summary>So many commits are older than the last push by force. A squash of those would be newer than what was taken off, and tell of what is older.</summary>
    public int Firm { get; private set; }

    /// <summary>The tips that people saw, the oldest first.</summary>
    public List<PlayedCommit> Tips => [.. _commits.Where(commit => !commit.IsSide)];

    public void Commit(string message, ImmutableSortedDictionary<string, string> files, bool isSide = false)
    {
        Now += TimeSpan.FromMinutes(1);
        _commits.Add(new PlayedCommit(NewId(), Now, message, files) { IsSide = isSide });
    }

    /// <summary>A commit of the bot.</summary>
    public void Push(string message, ImmutableSortedDictionary<string, string> files)
    {
        Commit(message, files);
        Pushed.Add(_commits[^1]);
    }

    /// <summary>As <c>git revert</c> does; false where it would change nothing, or conflicts with what came later.</summary>
    public bool TryRevert(PlayedCommit commit)
    {
        var tips = Tips;
        var before = tips.TakeWhile(tip => tip != commit).LastOrDefault()?.Files ?? commit.Files.Clear();
        var files = Files;
        foreach (var path in before.Keys.Concat(commit.Files.Keys).Distinct().Where(path => before.GetValueOrDefault(path) != commit.Files.GetValueOrDefault(path)))
        {
            if (files.GetValueOrDefault(path) != commit.Files.GetValueOrDefault(path))
                return false;
            files = before.TryGetValue(path, out var text) ? files.SetItem(path, text) : files.Remove(path);
        }

        if (files == Files)
            return false;
        Commit($"Revert \"{commit.Message.Split('\n')[0]}\"\n\nThis reverts commit {commit.Id}.\n", files);
        return true;
    }

    /// <summary>A branch from an earlier tip, with a person's commit on another file, is merged.</summary>
    public void Merge(PlayedCommit from, string path)
    {
        Commit("docs: say more\n", from.Files.SetItem(path, NewId()), isSide: true);
        Commit("Merge branch 'more'\n", _commits[^2].Files.SetItem(path, _commits[^1].Files[path]));
    }

    /// <summary>The last commits become one.</summary>
    /// <param name="count">Of them.</param>
    /// <param name="isByGit">As <c>git merge --squash</c> does, which tells the newest first; else as the buttons of git hosts.</param>
    public void Squash(int count, bool isByGit)
    {
        var files = Files;
        var told = _commits.TakeLast(count).Select(commit => isByGit ? $"commit {commit.Id}\n\n    {commit.Message.Replace("\n", "\n    ", StringComparison.Ordinal)}\n" : $"* {commit.Message}\n").ToList();
        _commits.RemoveRange(_commits.Count - count, count);
        if (isByGit)
            told.Reverse();
        Commit($"squash\n\n{(isByGit ? "Squashed commit of the following:\n\n" : "")}{string.Concat(told)}", files);
    }

    /// <summary>The last commits are made anew.</summary>
    public void Rebase(int count)
    {
        for (var index = _commits.Count - count; index < _commits.Count; index++)
            _commits[index] = new PlayedCommit(NewId(), Now, _commits[index].Message, _commits[index].Files) { IsSide = _commits[index].IsSide, Authored = _commits[index].Authored };
    }

    /// <summary>A push by force takes the last commits away.</summary>
    public void Truncate(int count)
    {
        _commits.RemoveRange(_commits.Count - count, count);
        Firm = _commits.Count;
    }

    private string NewId() => (++_ids).ToString("x40", CultureInfo.InvariantCulture);
}
