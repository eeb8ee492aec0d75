using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Approvals;

/// <summary>What the annotations of one image say of approvals. Anybody who may patch the Application wrote them.</summary>
public sealed record ApprovalState
{
    private const int MaxLength = 1_000;
    private const int MaxRejectedLength = 32 * 1024;
    private const int MaxRejections = 20;
    private const int MaxVotes = 50;
    private const int MaxVotesLength = 64 * 1024;

    public static ApprovalState Nothing { get; } = new();

    /// <summary>What the names of the annotations begin with: <c>gitopsbumper.io/web.</c>; null: the image has no alias, so nothing can be said of it.</summary>
    public string? Prefix { get; private init; }

    /// <summary>The version that may be written, always with its tag; null: none.</summary>
    public ImageVersion? Approved { get; private init; }

    /// <summary>The versions that may not, the newest word first.</summary>
    public IReadOnlyList<Rejection> Rejections { get; private init; } = [];

    /// <summary>Lines that nobody can read: what they forbid is not known, but not to be lost.</summary>
    private IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>What waited when the bot last wrote it down.</summary>
    public ApprovalRequest? Request { get; private init; }

    /// <summary>With any code.</summary>
    public IReadOnlyList<Vote> Votes { get; private init; } = [];

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<StateMistake> Mistakes { get; private init; } = [];

    /// <param name="prefix">Of the names.</param>
    /// <param name="find">The text of an annotation by what stands behind the prefix; null: there is none.</param>
    public static ApprovalState Read(string prefix, Func<string, string?> find)
    {
        var mistakes = new List<StateMistake>();
        ImageVersion? approved = null;
        if (Text(ApprovalKeys.Approved, MaxLength) is { } approvedText)
        {
            if (!ImageVersion.TryParse(approvedText, out approved, out var problem))
                mistakes.Add(new StateMistake(ApprovalKeys.Approved, approvedText, $"{problem}; it approves nothing"));
            else if (approved.Tag is null)
                (approved, _) = (null, Add(ApprovalKeys.Approved, approvedText, "the tag is missing, so it approves nothing; allowed are a tag, and a tag and its digest: 1.5.0@sha256:..."));
        }

        ApprovalRequest? request = null;
        if (Text(ApprovalKeys.Request, MaxLength) is { } requestText && !ApprovalRequest.TryParse(requestText, out request))
            Add(ApprovalKeys.Request, requestText, "it is not what the bot wrote there, and counts as nothing");
        var (rejections, unread) = (new List<Rejection>(), new List<string>());
        foreach (var line in Lines(ApprovalKeys.Rejected, MaxRejectedLength))
        {
            if (!Rejection.TryParse(line, out var rejected, out var problem))
            {
                mistakes.Add(new StateMistake(ApprovalKeys.Rejected, line, $"{problem}; nothing is written for the image until that is mended; each line is a version and the reason against it") { Stops = true });
                unread.Add(line);
                continue;
            }

            rejections.Add(rejected);
            if (rejected.Reason is null)
                Add(ApprovalKeys.Rejected, line, "a reason is missing behind the version; the version is not written all the same");
        }

        var votes = new List<Vote>();
        var lines = Lines(ApprovalKeys.Votes, MaxVotesLength);
        if (lines.Length > MaxVotes)
            Add(ApprovalKeys.Votes, lines[MaxVotes], $"there are {lines.Length} votes, of which {MaxVotes} are read");
        foreach (var line in lines.Take(MaxVotes))
        {
            if (Vote.TryParse(line, out var vote))
                votes.Add(vote);
            else
                Add(ApprovalKeys.Votes, line, "it is not what the bot wrote there, and counts as nothing");
        }

        return new ApprovalState { Prefix = prefix, Approved = approved, Rejections = rejections, Unread = unread, Request = request, Votes = votes, Mistakes = mistakes };

        string[] Lines(string key, int most) => Text(key, most)?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

        string? Text(string key, int most)
        {
            if (find(key)?.Trim() is not { Length: > 0 } text)
                return null;
            if (text.Length <= most)
                return text;
            mistakes.Add(new StateMistake(key, text, $"it has {text.Length} characters, allowed are {most}") { Stops = key == ApprovalKeys.Rejected });
            return null;
        }

        bool Add(string key, string value, string message)
        {
            mistakes.Add(new StateMistake(key, value, message));
            return true;
        }
    }

    /// <summary>
    /// What the bot writes down when a version waits that is not the one that it wrote down before; a value of null takes an annotation away. An approval of a tag was one of the digest that it
    /// had then, so it goes with the request that told which: but for one of the tag that waits now, which nobody can have meant for anything else.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Ask(ImageVersion version, DateTimeOffset now)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (Prefix is null || Request?.Version == version)
            return changes;
        changes[Prefix + ApprovalKeys.Request] = new ApprovalRequest(version, now).ToString();
        if (Approved is { Digest: null } approved && (approved.Tag != version.Tag || Request?.Version.Tag == version.Tag))
            changes[Prefix + ApprovalKeys.Approved] = null;
        if (Votes.Any(vote => vote.Version != version))
            changes[Prefix + ApprovalKeys.Votes] = Lines(Votes.Where(vote => vote.Version == version));
        return changes;
    }

    /// <summary>The annotations with one more vote; those for other versions, of the same person and without a good code go.</summary>
    public IReadOnlyDictionary<string, string?> With(Vote vote, ApprovalPlace place, ApprovalKey key) => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        [Prefix + ApprovalKeys.Votes] = Lines(Votes.Where(one => one.Version == vote.Version && one.By != vote.By && one.IsGood(place, key)).Append(vote)),
    };

    /// <summary>
    /// The annotations with one more rejection, which takes the place of an older word about the same version. Of very many the oldest go. What was said for the version goes as well: who takes the
    /// rejection back later has not approved it.
    /// </summary>
    public IReadOnlyDictionary<string, string?> With(Rejection rejection)
    {
        var (version, changes) = (rejection.Version, new Dictionary<string, string?>(StringComparer.Ordinal));
        changes[Prefix + ApprovalKeys.Rejected] = string.Join('\n', Unread.Prepend($"{rejection}").Concat(Rejections.Where(one => one.Version != version).Select(one => $"{one}").Take(MaxRejections - 1)));
        if (Approved is { } approved && (approved.IsSame(version) || Meant(approved).IsSame(version)))
            changes[Prefix + ApprovalKeys.Approved] = null;
        if (Votes.Any(vote => vote.Version.IsSame(version)))
            changes[Prefix + ApprovalKeys.Votes] = Lines(Votes.Where(vote => !vote.Version.IsSame(version)));
        return changes;
    }

    /// <summary>The annotations when a version has been written: what was said for it has had its effect. What was said of others stays.</summary>
    public IReadOnlyDictionary<string, string?> Settle(ImageVersion written)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (Prefix is null)
            return changes;
        if (Request is { } request && request.Version.IsSame(written))
            changes[Prefix + ApprovalKeys.Request] = null;
        if (Approved is { } approved && Meant(approved).IsSame(written))
            changes[Prefix + ApprovalKeys.Approved] = null;
        if (Votes.Any(vote => vote.Version.IsSame(written)))
            changes[Prefix + ApprovalKeys.Votes] = Lines(Votes.Where(vote => !vote.Version.IsSame(written)));
        return changes;
    }

    /// <summary>A tag alone stands for the digest that it had when the bot asked.</summary>
    private ImageVersion Meant(ImageVersion approved) => approved.Digest is null && Request is { } request && request.Version.Tag == approved.Tag ? request.Version : approved;

    private static string? Lines(IEnumerable<Vote> votes) => string.Join('\n', votes) is { Length: > 0 } text ? text : null;
}

/// <summary>An annotation that cannot be read.</summary>
/// <param name="Key">Behind the alias.</param>
/// <param name="Value">As found, or the part of it that is meant.</param>
/// <param name="Message">A sentence.</param>
public sealed record StateMistake(string Key, string Value, string Message)
{
    /// <summary>Whether nobody knows what somebody wanted to forbid.</summary>
    public bool Stops { get; init; }
}
