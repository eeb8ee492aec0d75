using System.Text;
using DiffPlex;
using DiffPlex.Model;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Cli.Output;

/// <summary>A change of a file as unified diff, as <c>git diff</c> would print it.</summary>
internal static class DiffView
{
    private const int Context = 3;

    /// <summary>Lines without line ends.</summary>
    public static IReadOnlyList<string> Lines(FileChange change)
    {
        var before = change.OldText ?? "";
        var diff = new Differ().CreateLineDiffs(before, change.NewText, ignoreWhitespace: false, ignoreCase: false);
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

    public static string Text(FileChange change) => new StringBuilder().AppendJoin('\n', Lines(change)).ToString();

    private static void AddHunk(List<string> lines, DiffResult diff, int first, int last)
    {
        var from = Math.Max(0, diff.DiffBlocks[first].DeleteStartA - Context);
        var to = Math.Min(Count(diff.PiecesOld), End(diff.DiffBlocks[last]) + Context);
        var body = new List<string>();
        var at = from;
        for (var index = first; index <= last; index++)
        {
            var block = diff.DiffBlocks[index];
            for (; at < block.DeleteStartA; at++)
                body.Add(" " + Show(diff.PiecesOld[at]));
            for (; at < End(block); at++)
                body.Add("-" + Show(diff.PiecesOld[at]));
            for (var added = block.InsertStartB; added < block.InsertStartB + block.InsertCountB; added++)
            {
                if (added < Count(diff.PiecesNew))
                    body.Add("+" + Show(diff.PiecesNew[added]));
            }
        }

        for (; at < to; at++)
            body.Add(" " + Show(diff.PiecesOld[at]));
        var removed = body.Count(line => line[0] != '+');
        var inserted = body.Count(line => line[0] != '-');
        var startNew = diff.DiffBlocks[first].InsertStartB - (diff.DiffBlocks[first].DeleteStartA - from);
        lines.Add($"@@ -{Range(from, removed)} +{Range(startNew, inserted)} @@");
        lines.AddRange(body);
    }

    private static int End(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    /// <summary>What stands after the last line end is no line.</summary>
    private static int Count(IReadOnlyList<string> pieces) => pieces.Count > 0 && pieces[^1].Length == 0 ? pieces.Count - 1 : pieces.Count;

    private static string Range(int start, int count) => count == 0 ? $"{start},0" : $"{start + 1},{count}";

    private static string Show(string line) => Terminal.Safe(line.TrimEnd('\r', '\n'));
}
