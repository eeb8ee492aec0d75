using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Holds;

namespace GitOpsBumper.Core.PullRequests;

/// <summary>
/// What the bot writes into the body of a request for itself: definitions of links that nothing uses, which no forge shows. The first line says whose request it is and how far it is, the
/// ones behind it what it proposes, in the words of commit messages.
/// </summary>
/// <param name="Id">Of the <see cref="RequestKey"/>.</param>
/// <param name="Updates">As in the <see cref="RequestTrailer"/> that the text was written for.</param>
public sealed record RequestMark(string Id, string Updates)
{
    /// <summary>With it the first line begins.</summary>
    public const string Begin = LineBegin + "gitopsbumper:request ";

    /// <summary>In comments that the bot is not to write twice, before a word for what they are about.</summary>
    public const string CommentBegin = LineBegin + "gitopsbumper:comment ";

    private const string LineBegin = "[//]: # (";
    private const string Unfinished = "unfinished";
    private const string Withdrawn = "withdrawn";
    private const string Left = "left";
    private const int MaxLines = 5_000;

    /// <summary>Labels and the like are still to come.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>The bot closed it itself: nobody rejected anything.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>People's commits lie on the branch, and they were told that the bot leaves it to them.</summary>
    public bool IsLeft { get; init; }

    /// <summary>What is proposed; as much of it as the body had room for.</summary>
    public IReadOnlyList<PlacedTrailer> Trailers { get; init; } = [];

    /// <summary>The first mark in a body; false when there is none.</summary>
    public static bool TryRead(string body, [NotNullWhen(true)] out RequestMark? mark)
    {
        mark = null;
        if (!body.Contains(Begin, StringComparison.Ordinal))
            return false;
        var hidden = new List<string>();
        foreach (var line in body.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith(LineBegin, StringComparison.Ordinal) && line.EndsWith(')')).Take(MaxLines))
        {
            if (mark is null && line.StartsWith(Begin, StringComparison.Ordinal) && line[Begin.Length..^1].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var id, var updates, .. var flags])
            {
                mark = new RequestMark(id, updates)
                {
                    IsUnfinished = flags.Contains(Unfinished),
                    IsWithdrawn = flags.Contains(Withdrawn),
                    IsLeft = flags.Contains(Left),
                };
            }
            else if (mark is not null)
            {
                hidden.Add(Unescape(line[LineBegin.Length..^1]));
            }
        }

        if (mark is not null)
            mark = mark with { Trailers = UpdateCommit.Read("", DateTimeOffset.MinValue, string.Join('\n', hidden)).Trailers };
        return mark is not null;
    }

    /// <summary>A line that nobody sees.</summary>
    public static string Hide(string text) => $"{LineBegin}{Escape(text)})";

    /// <summary>The first line, without what is proposed.</summary>
    public override string ToString() =>
        $"{Begin}{Id} {Updates}{(IsUnfinished ? $" {Unfinished}" : "")}{(IsWithdrawn ? $" {Withdrawn}" : "")}{(IsLeft ? $" {Left}" : "")})";

    private static string Escape(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)
        .Replace("\\", "%5C", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Unescape(string text) => Uri.UnescapeDataString(text);
}
