namespace GitOpsBumper.Adapters.Credentials;

/// <summary>Where a path really leads. The framework follows the link at its end; those in the middle, as mounted config maps have them, count as much.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>Null when there is nothing, or links go in a circle.</summary>
    /// <param name="path">A full one.</param>
    public static string? Of(string path)
    {
        var real = "/";
        var links = 0;
        var rest = new Stack<string>(Parts(path));
        try
        {
            while (rest.TryPop(out var part))
            {
                if (part == "..")
                {
                    real = Path.GetDirectoryName(real) ?? "/";
                    continue;
                }

                var next = Path.Combine(real, part);
                if (new FileInfo(next).LinkTarget is not { } target)
                {
                    real = next;
                    continue;
                }

                if (++links > MaxLinks)
                    return null;
                if (Path.IsPathRooted(target))
                    real = "/";
                foreach (var step in Parts(target))
                    rest.Push(step);
            }

            return Path.Exists(real) ? real : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static bool IsBelow(string path, string folder) => path.StartsWith(folder == "/" ? "/" : folder + "/", StringComparison.Ordinal) && path != folder;

    /// <summary>The last one first.</summary>
    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
}
