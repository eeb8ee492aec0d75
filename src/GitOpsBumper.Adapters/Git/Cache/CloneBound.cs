using GitOpsBumper.Core;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Git.Cache;

/// <summary>
/// Keeps the clones of one folder below a size: those go first that were used longest ago. When a clone was used last is the time of its lock file; its size is measured
/// again only where that has changed.
/// </summary>
/// <param name="folder">Of all clones.</param>
/// <param name="most">Bytes; 0: no bound.</param>
/// <param name="hold">Takes a clone's folder if nobody uses it; null where somebody does.</param>
/// <param name="nameOf">What people call the clone in a folder.</param>
internal sealed partial class CloneBound(string folder, long most, Func<string, IDisposable?> hold, Func<string, string> nameOf)
{
    private readonly Dictionary<string, Clone> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private readonly Lock _one = new();

    /// <summary>Where two would do this at once, one is enough.</summary>
    public void Trim(ILogger logger)
    {
        if (!_one.TryEnter())
            return;
        try
        {
            foreach (var removed in Directory.EnumerateDirectories(folder, "*" + CloneFolder.RemovedSuffix))
                CloneFolder.Delete(removed);
            if (most > 0)
                TrimTo(logger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotTrimmed(logger, folder, failure.Message);
        }
        finally
        {
            _one.Exit();
        }
    }

    private void TrimTo(ILogger logger)
    {
        var clones = Directory.EnumerateDirectories(folder, "*.git").Select(Look).OrderBy(clone => clone.Used).ThenBy(clone => clone.Folder, StringComparer.Ordinal).ToList();
        foreach (var gone in _known.Keys.Except(clones.Select(clone => clone.Folder), StringComparer.Ordinal).ToList())
            _known.Remove(gone);
        var total = clones.Sum(clone => clone.Bytes);
        foreach (var clone in clones.Where(clone => clone.Bytes > most && _warned.Add(clone.Folder)))
            Log.TooLarge(logger, nameOf(clone.Folder), ByteSize.Format(clone.Bytes), ByteSize.Format(most));
        // The last one is what is being worked with: to throw that away would mean to fetch it in every cycle.
        foreach (var clone in clones.SkipLast(1))
        {
            if (total <= most)
                return;
            if (!TryRemove(clone))
                continue;
            total -= clone.Bytes;
            Log.Removed(logger, nameOf(clone.Folder), ByteSize.Format(clone.Bytes), clone.Used, ByteSize.Format(most));
        }
    }

    /// <returns>False when somebody uses it, or has used it meanwhile.</returns>
    private bool TryRemove(Clone clone)
    {
        string? removed;
        // Held no longer than it takes to move it: another process would be refused meanwhile.
        using (var held = hold(clone.Folder))
        {
            if (held is null || LastUse(clone.Folder) != clone.Used)
                return false;
            removed = CloneFolder.MoveAway(clone.Folder);
        }

        CloneFolder.Delete(removed);
        _known.Remove(clone.Folder);
        return true;
    }

    private Clone Look(string path)
    {
        var used = LastUse(path);
        if (_known.TryGetValue(path, out var known) && known.Used == used)
            return known;
        return _known[path] = new Clone(path, used, CloneFolder.Measure(path));
    }

    private static DateTime LastUse(string path) => File.GetLastWriteTimeUtc(path + CloneStore.LockSuffix);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The clone of {Repository} ({Size}, used last at {Used:u}) was removed: all clones together are larger than the {Bound} of --cache-max-size.")]
        public static partial void Removed(ILogger logger, string repository, string size, DateTime used, string bound);

        [LoggerMessage(LogLevel.Warning, "The clone of {Repository} alone takes {Size}, more than the {Bound} of --cache-max-size for all clones; it is kept while it is the one used last.")]
        public static partial void TooLarge(ILogger logger, string repository, string size, string bound);

        [LoggerMessage(LogLevel.Warning, "Clones in {Folder} could not be looked through for what may be removed: {Reason}")]
        public static partial void NotTrimmed(ILogger logger, string folder, string reason);
    }

    /// <param name="Folder">Of the clone.</param>
    /// <param name="Used">The last time, UTC.</param>
    /// <param name="Bytes">When it was measured.</param>
    private sealed record Clone(string Folder, DateTime Used, long Bytes);
}
