namespace GitOpsBumper.Adapters.Git.Cache;

/// <summary>What is done to the folder of a clone by whoever holds it.</summary>
internal static class CloneFolder
{
    /// <summary>The names of clones that are being deleted end so.</summary>
    public const string RemovedSuffix = ".removed";

    /// <summary>Git's own measure of what is too much: about 6,700 loose objects, told from one of 256 folders.</summary>
    private const int MaxLooseObjectsInFolder = 27;

    private const int MaxPacks = 50;

    /// <summary>Blocks of a disk, roughly: many small files take more than their lengths.</summary>
    private const int BlockBytes = 4096;

    private static EnumerationOptions Everything { get; } = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Takes a clone out of the way at once: whoever is killed in the middle of deleting it must not leave half a clone that looks like one.</summary>
    /// <returns>What remains to be deleted; null: the clone was not there.</returns>
    public static string? MoveAway(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        var removed = $"{folder}.{Guid.NewGuid():N}{RemovedSuffix}";
        Directory.Move(folder, removed);
        return removed;
    }

    /// <summary>Deletes what was moved away. What cannot be deleted now, as a git that outlived its bot still writes there, is deleted another time.</summary>
    public static void Delete(string? removed)
    {
        try
        {
            if (removed is not null)
                Directory.Delete(removed, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next look at the cache folder tries again.
        }
    }

    /// <summary>Removes what killed processes left behind in a clone.</summary>
    public static void RemoveStale(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", Everything).Where(file => IsStale(Path.GetRelativePath(folder, file))))
            File.Delete(file);
    }

    /// <summary>A clone with many packs or loose objects is cheaper to make again than to repack.</summary>
    public static bool IsWorn(string folder)
    {
        var objects = Path.Combine(folder, "objects");
        return Count(Path.Combine(objects, "pack"), "*.pack") > MaxPacks || Count(Path.Combine(objects, "17"), "*") > MaxLooseObjectsInFolder;
    }

    /// <summary>What it takes on the disk; what goes away meanwhile is not counted.</summary>
    public static long Measure(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", Everything).Sum(file => (file.Length + BlockBytes - 1) / BlockBytes * BlockBytes);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int Count(string folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Count() : 0;

    /// <summary>A branch may be called tmp_..., and none ends in .lock.</summary>
    private static bool IsStale(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.EndsWith(".lock", StringComparison.Ordinal)
            || path.StartsWith("fast_import_crash_", StringComparison.Ordinal)
            || (name.StartsWith("tmp_", StringComparison.Ordinal) && $"/{path}".Contains("/objects/", StringComparison.Ordinal));
    }
}
