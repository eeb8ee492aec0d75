namespace GitOpsBumper.Core.Holds;

/// <summary>
/// What <c>git merge --squash</c> offers as message: what <c>git log</c> says of the commits, the newest first. The buttons of git hosts tell the oldest first, and say nothing of it.
/// </summary>
/// <seealso href="https://git-scm.com/docs/git-merge#Documentation/git-merge.txt---squash"/>
internal static class SquashedMessage
{
    private const string Header = "Squashed commit of the following:";
    private const string Commit = "commit ";

    /// <summary>Squashes of squashes of squashes; nobody looks further.</summary>
    private const int MaxDepth = 8;

    private static readonly string[] Fields = [Commit, "Author: ", "Date: ", "Merge: "];

    /// <summary>The lines of a message, the oldest commit first.</summary>
    public static IReadOnlyList<string> Lines(string message)
    {
        var lines = message.Split('\n');
        return message.Contains(Header, StringComparison.Ordinal) ? OldestFirst(lines, 0) : lines;
    }

    private static List<string> OldestFirst(IReadOnlyList<string> lines, int depth)
    {
        var ordered = new List<string>(lines.Count);
        for (var index = 0; index < lines.Count; index++)
        {
            ordered.Add(lines[index]);
            if (lines[index].Trim() != Header)
                continue;
            var commits = new Stack<List<string>>();
            for (var margin = Margin(lines[index]); index + 1 < lines.Count && BelongsTo(margin, lines[index + 1]); index++)
            {
                var line = lines[index + 1];
                if (Margin(line) == margin && line.AsSpan(margin).StartsWith(Commit, StringComparison.Ordinal))
                    commits.Push([]);
                if (commits.TryPeek(out var commit))
                    commit.Add(line);
            }

            ordered.AddRange(commits.SelectMany(commit => depth < MaxDepth ? OldestFirst(commit, depth + 1) : commit));
        }

        return ordered;
    }

    /// <summary>Messages are set in further than what is said of their commits.</summary>
    private static bool BelongsTo(int margin, string line) =>
        string.IsNullOrWhiteSpace(line) || Margin(line) > margin || (Margin(line) == margin && Fields.Any(field => line.AsSpan(margin).StartsWith(field, StringComparison.Ordinal)));

    private static int Margin(string line) => line.Length - line.TrimStart(' ').Length;
}
