using System.Text;
using DiffPlex;
using DiffPlex.Model;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Logging;

namespace GitOpsBumper.Cli.Output;

/// <summary>A change of a file as unified diff, as <c>git diff</c> would print it.</summary>
internal static class DiffView
{
    private const int Context = 3;

    /// <summary>Lines without their <c>\n</c>; those of a file with Windows line ends keep their <c>\r</c>.</summary>
    public static IReadOnlyList<string> Lines(FileChange change)
    {
        var before = change.OldText ?? "";
        var diff = new Differ().CreateCustomDiffs(before, change.NewText, ignoreWhiteSpace: false, ignoreCase: false, Split);
        var lines = new List<string>
        {
            change.OldText is null ? "--- /dev/null" : $"--- a/{change.Path}",
            $"+++ b/{change.Path}",
        };
        var blocks = diff.DiffBlocks;
        for (var first = 0; first < blocks.Count;)
        {
            var last = first;
            while (last + 1 < blocks.Count && blocks[last + 1].DeleteStartA - End(blocks[last]) <= 2 * Context)
                last++;
            AddHunk(lines, diff, first, last);
            first = last + 1;
        }

        return lines;
    }

    /// <summary>Of a line, for a terminal.</summary>
    public static string Colour(string line) => line switch
    {
        ['+', ..] => "green",
        ['-', ..] => "red",
        ['@', ..] => "blue",
        _ => "default",
    };

    public static string Text(FileChange change) => new StringBuilder().AppendJoin('\n', Lines(change)).ToString();

    private static void AddHunk(List<string> lines, DiffResult diff, int first, int last)
    {
        var from = Math.Max(0, diff.DiffBlocks[first].DeleteStartA - Context);
        var to = Math.Min(diff.PiecesOld.Length, End(diff.DiffBlocks[last]) + Context);
        var body = new List<string>();
        var at = from;
        for (var index = first; index <= last; index++)
        {
            var block = diff.DiffBlocks[index];
            for (; at < block.DeleteStartA; at++)
                Add(body, ' ', diff.PiecesOld[at]);
            for (; at < End(block); at++)
                Add(body, '-', diff.PiecesOld[at]);
            for (var added = block.InsertStartB; added < block.InsertStartB + block.InsertCountB; added++)
                Add(body, '+', diff.PiecesNew[added]);
        }

        for (; at < to; at++)
            Add(body, ' ', diff.PiecesOld[at]);
        var removed = body.Count(line => line[0] is ' ' or '-');
        var inserted = body.Count(line => line[0] is ' ' or '+');
        var startNew = diff.DiffBlocks[first].InsertStartB - (diff.DiffBlocks[first].DeleteStartA - from);
        lines.Add($"@@ -{Range(from, removed)} +{Range(startNew, inserted)} @@");
        lines.AddRange(body);
    }

    private static int End(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static string Range(int start, int count) => count switch
    {
        0 => $"{start},0",
        1 => $"{start + 1}",
        _ => $"{start + 1},{count}",
    };

    private static void Add(List<string> body, char sign, string line)
    {
        var bare = line.EndsWith('\n') ? line[..^1] : line;
        body.Add(bare.EndsWith('\r') && bare.Length < line.Length ? $"{sign}{SafeText.Of(bare[..^1])}\r" : sign + SafeText.Of(bare));
        if (!line.EndsWith('\n'))
            body.Add("\\ No newline at end of file");
    }

    /// <summary>Lines with their ends: a change of line ends alone is a change.</summary>
    private static string[] Split(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[at..next]);
            at = next;
        }

        return [.. lines];
    }
}
