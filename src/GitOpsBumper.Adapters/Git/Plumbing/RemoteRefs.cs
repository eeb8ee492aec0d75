namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>The answer of <c>git ls-remote --symref</c>.</summary>
internal sealed record RemoteRefs(BranchName? Default, IReadOnlyDictionary<BranchName, CommitId> Tips)
{
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
