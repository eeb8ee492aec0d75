using System.Globalization;
using System.Text;

namespace GitOpsBumper.Adapters.Git.History;

/// <summary>
/// What was pushed from here, in a file beside the clone: a branch that is moved back by force has no trace of it any more, and what was taken back so is not to be
/// written again. It is a memory of the cache alone; with another cache folder it is not there.
/// </summary>
/// <param name="file">One record per commit: a line <c>commit &lt;id&gt; &lt;Unix time&gt; &lt;branch&gt;</c>, the lines of its message that count, each behind a blank, and a line with a dot.</param>
internal sealed class PushedCommits(string file)
{
    /// <summary>Of the file; when it is larger the older half is dropped.</summary>
    private const int MaxBytes = 1024 * 1024;

    private const string Head = "commit ";
    private const char End = '.';

    /// <param name="branch">That they were pushed to.</param>
    /// <param name="commits">In order.</param>
    /// <param name="phrase">With which the lines that count begin.</param>
    /// <exception cref="IOException">The disk is full, or not writable.</exception>
    public void Add(BranchName branch, IEnumerable<CommitMessage> commits, string phrase)
    {
        var text = new StringBuilder();
        foreach (var commit in commits)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Head}{commit.Id.Hex} {commit.When.ToUnixTimeSeconds()} {branch}\n");
            foreach (var line in commit.Text.Split('\n').Where(line => line.StartsWith(phrase, StringComparison.Ordinal)))
                text.Append(' ').Append(line).Append('\n');
            text.Append(End).Append('\n');
        }

        if (File.Exists(file) && new FileInfo(file).Length > MaxBytes)
            Shorten();
        File.AppendAllText(file, text.ToString());
    }

    /// <summary>What was pushed to a branch, in order. A record that was cut short does not count.</summary>
    public IReadOnlyList<CommitMessage> Read(BranchName branch)
    {
        var found = new List<CommitMessage>();
        if (!File.Exists(file))
            return found;
        (CommitId Id, DateTimeOffset When)? open = null;
        var lines = new StringBuilder();
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith(Head, StringComparison.Ordinal))
            {
                open = line.Split(' ') is [_, var id, var time, var name] && name == branch.Text && CommitId.Parse(id) is { } parsed && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? (parsed, DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds())))
                    : null;
                lines.Clear();
            }
            else if (line is [End] && open is var (commit, when))
            {
                found.Add(new CommitMessage(commit, when, "", lines.ToString()));
                open = null;
            }
            else if (line.StartsWith(' '))
            {
                lines.Append(line.AsSpan(1)).Append('\n');
            }
        }

        return found;
    }

    private void Shorten()
    {
        var lines = File.ReadAllLines(file);
        var from = Array.FindIndex(lines, lines.Length / 2, line => line.StartsWith(Head, StringComparison.Ordinal));
        var draft = file + ".new";
        File.WriteAllLines(draft, from < 0 ? [] : lines[from..]);
        File.Move(draft, file, overwrite: true);
    }
}
