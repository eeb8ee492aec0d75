using System.Globalization;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>The answer of <c>git ls-remote --symref</c>.</summary>
internal sealed record RemoteRefs(BranchName? Default, IReadOnlyDictionary<BranchName, CommitId> Tips)
{
    /// <summary>The heads of requests by their numbers.</summary>
    public static IReadOnlyDictionary<long, CommitId> ParseRequests(string output, string folder)
    {
        var heads = new Dictionary<long, CommitId>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t') is [var id, var name] && name.StartsWith(folder + "/", StringComparison.Ordinal) && name.EndsWith("/head", StringComparison.Ordinal)
                && long.TryParse(name.AsSpan(folder.Length + 1, Math.Max(0, name.Length - folder.Length - 6)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && CommitId.Parse(id) is { } head)
                heads[number] = head;
        }

        return heads;
    }

    public static RemoteRefs Parse(string output)
    {
        BranchName? head = null;
        CommitId? headTip = null;
        var tips = new Dictionary<BranchName, CommitId>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab < 0)
                continue;
            var name = line[(tab + 1)..];
            if (line.StartsWith("ref: refs/heads/", StringComparison.Ordinal) && name == "HEAD")
                head = BranchName.TryParse(line["ref: ".Length..tab], out var named, out _) ? named : null;
            else if (name == "HEAD")
                headTip = CommitId.Parse(line[..tab]);
            else if (name.StartsWith("refs/heads/", StringComparison.Ordinal) && BranchName.TryParse(name, out var branch, out _) && CommitId.Parse(line[..tab]) is { } tip)
                tips[branch] = tip;
        }

        if (head is not null && headTip is not null)
            tips.TryAdd(head, headTip);
        return new RemoteRefs(head, tips);
    }
}
