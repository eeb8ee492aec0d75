using GitOpsBumper.Core.Holds;

namespace GitOpsBumper.Core.PullRequests.Text;

/// <summary>Puts what the bot writes for itself and what people read into the body of a request, within what its forge takes.</summary>
public static class RequestBody
{
    private const string Cut = "\n\n(cut: the forge takes no more)";

    /// <param name="mark">The first line. Without it nothing is.</param>
    /// <param name="proposed">Lines of commit messages that say what is proposed. Of those the first that fit into half of the body.</param>
    /// <param name="text">For people.</param>
    /// <param name="limits">Of the forge.</param>
    public static PullRequestText Compose(RequestMark mark, IEnumerable<string> proposed, PullRequestText text, PullRequestLimits limits)
    {
        var lines = new List<string> { mark.ToString() };
        var left = limits.BodyCharacters / 2;
        foreach (var line in proposed.Select(RequestMark.Hide))
        {
            left -= line.Length + 1;
            if (left < 0)
                break;
            lines.Add(line);
        }

        return new PullRequestText(Within(text.Title, limits.TitleCharacters, "..."), Within($"{string.Join('\n', lines)}\n\n{Safe(text.Body)}\n", limits.BodyCharacters, Cut));
    }

    /// <summary>No line of it is an order to the forge: GitLab obeys lines that begin with a slash.</summary>
    /// <seealso href="https://docs.gitlab.com/user/project/quick_actions/"/>
    public static string Safe(string markdown) => string.Join('\n', markdown.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimStart() is ['/', ..] rest ? $"\\{rest}" : line));

    /// <summary>The same body with another mark.</summary>
    public static string WithMark(string body, RequestMark mark)
    {
        var lines = body.Split('\n');
        var place = Array.FindIndex(lines, line => line.Trim().StartsWith(RequestMark.Begin, StringComparison.Ordinal));
        if (place < 0)
            return $"{mark}\n\n{body}";
        lines[place] = mark.ToString();
        return string.Join('\n', lines);
    }

    /// <summary>What a commit's message says to the bot.</summary>
    public static IEnumerable<string> Proposed(string commitMessage) => commitMessage.Split('\n').Where(line =>
        line.StartsWith(UpdateTrailer.Key + ":", StringComparison.Ordinal) || line.StartsWith(UpdateCommit.TargetKey + ":", StringComparison.Ordinal));

    /// <summary>Never half of a character.</summary>
    private static string Within(string text, int limit, string ending)
    {
        if (text.Length <= limit)
            return text;
        var end = Math.Max(0, limit - ending.Length);
        return text[..(end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + ending;
    }
}
