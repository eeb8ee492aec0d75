using System.Text;
using GitOpsBumper.Adapters.Git.Plumbing;

namespace GitOpsBumper.Adapters.Git.History;

/// <summary>Reads commits that are in the clone.</summary>
internal static class TipReader
{
    /// <summary>A larger one is none of ours.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <returns>Those that are there.</returns>
    public static async Task<IReadOnlyDictionary<CommitId, TipCommit>> ReadAsync(ObjectReader reader, IReadOnlyCollection<CommitId> tips, CancellationToken cancellationToken)
    {
        var wanted = tips.Distinct().ToList();
        var found = new Dictionary<CommitId, TipCommit>();
        await reader.ReadAsync(
            [.. wanted.Select(tip => tip.Hex)],
            (index, kind, _, content) =>
            {
                if (kind == "commit" && content is not null)
                    found[wanted[index]] = Parse(Encoding.UTF8.GetString(content));
            },
            MaxBytes,
            cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <seealso href="https://git-scm.com/docs/gitformat-signature"/>
    private static TipCommit Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var headers = (end < 0 ? text : text[..end]).Split('\n');
        return new TipCommit(Email(headers, "author "), Email(headers, "committer "), end < 0 ? "" : text[(end + 2)..]);
    }

    /// <summary>Empty when there is none.</summary>
    private static string Email(string[] headers, string key)
    {
        var line = Array.Find(headers, header => header.StartsWith(key, StringComparison.Ordinal)) ?? "";
        var (open, close) = (line.LastIndexOf('<'), line.LastIndexOf('>'));
        return open >= 0 && close > open ? line[(open + 1)..close] : "";
    }
}
