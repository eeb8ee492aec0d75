namespace GitOpsBumper.Core.Holds;

/// <summary>A commit on the branch whose message says what was done to images, be it the bot's own or one that merged or squashed it.</summary>
/// <param name="Id">Of the commit.</param>
/// <param name="When">When it was committed, as its committer's clock said.</param>
/// <param name="Trailers">The oldest first, as far as the message tells.</param>
public sealed record UpdateCommit(string Id, DateTimeOffset When, IReadOnlyList<PlacedTrailer> Trailers)
{
    /// <summary>
    /// What a commit wrote to: <c>Bumper-Target: &lt;branch&gt;:&lt;path in the repository&gt;</c>, for the trailers that stand before it. Two clusters may have an Application of
    /// one name and write to one repository; file and branch tell them apart.
    /// </summary>
    public const string TargetKey = TrailerText.Prefix + "Target";

    /// <summary>Who holds a version or lets go of it: for the trailer before it.</summary>
    public const string ByKey = TrailerText.Prefix + "By";

    /// <summary>The same for why.</summary>
    public const string ReasonKey = TrailerText.Prefix + "Reason";

    /// <summary>Finds all messages that matter.</summary>
    public const string Phrase = TrailerText.Prefix;

    /// <summary>Who and why are said again with every decision: longer ones are cut. As long as the command line takes them.</summary>
    private const int MaxCharacters = 500;

    /// <summary>More trailers than that in one message are not read.</summary>
    private const int MaxTrailers = 20_000;

    /// <summary>When it was made first: a rebase leaves that as it is.</summary>
    public DateTimeOffset Authored { get; init; } = When;

    /// <summary>Who committed it; empty when nobody says.</summary>
    public string Committer { get; init; } = "";

    /// <summary>Reads a commit's message; without a trailer of the bot there are none.</summary>
    public static UpdateCommit Read(string id, DateTimeOffset when, string message)
    {
        var trailers = new List<PlacedTrailer>();
        foreach (var line in SquashedMessage.Lines(message))
        {
            var text = line.Trim();
            if (!text.StartsWith(TrailerText.Prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            if (trailers.Count < MaxTrailers && Parse(text) is { } trailer)
                trailers.Add(new PlacedTrailer(trailer));
            else if (ValueOf(text, TargetKey) is { } target)
                Tell(trailers, target);
            else if (trailers is [.., { Trailer: not UpdateTrailer } last] && ValueOf(text, ByKey) is { } by)
                trailers[^1] = last with { By = Plain(by) };
            else if (trailers is [.., { Trailer: not UpdateTrailer } held] && ValueOf(text, ReasonKey) is { } reason)
                trailers[^1] = held with { Reason = Plain(reason) };
        }

        return new UpdateCommit(id, when, trailers);
    }

    private static IImageTrailer? Parse(string line) =>
        UpdateTrailer.TryParse(line, out var update) ? update
        : PinTrailer.TryParse(line, out var pin) ? pin
        : UnpinTrailer.TryParse(line, out var unpin) ? unpin
        : null;

    private static string? ValueOf(string line, string key) => line.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase) ? line[(key.Length + 1)..].Trim() : null;

    /// <summary>Anybody who commits can write anything there.</summary>
    private static string Plain(string text)
    {
        var cut = text.Length <= MaxCharacters ? text : $"{text[..(MaxCharacters - (char.IsHighSurrogate(text[MaxCharacters - 1]) ? 1 : 0))]}...";
        return new string([.. cut.Select(c => char.IsControl(c) ? ' ' : c)]);
    }

    /// <summary>The trailers at the end that nothing was said of yet.</summary>
    private static void Tell(List<PlacedTrailer> trailers, string target)
    {
        for (var index = trailers.Count - 1; index >= 0 && trailers[index].Target is null; index--)
            trailers[index] = trailers[index] with { Target = target };
    }
}

/// <summary>A trailer with what the lines behind it say.</summary>
/// <param name="Trailer">What was done.</param>
public sealed record PlacedTrailer(IImageTrailer Trailer)
{
    /// <summary>Where; null when the message does not say.</summary>
    public string? Target { get; init; }

    /// <summary>Who wanted it; null when the message does not say.</summary>
    public string? By { get; init; }

    /// <summary>Why; null when the message does not say.</summary>
    public string? Reason { get; init; }
}
