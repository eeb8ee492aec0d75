using System.Text.RegularExpressions;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Controller.Reconciling;

internal enum AnnouncementKind
{
    Updated,
    Proposed,
    Pinned,
    Rejected,
    Held,
    Failed,
    Problem,
    PendingApproval,

    /// <summary>Something that was told to be wrong is so no longer.</summary>
    Recovered,
}

/// <summary>
/// Something that people should hear of once. Two that say the same of the same application are the same, whatever they were made from; and that time passes makes no news: how many
/// seconds a registry still asks to be left alone does not count.
/// </summary>
/// <param name="Message">A sentence, without the application's name, of at most <see cref="ShortSentence.MaxLength"/> characters.</param>
internal sealed partial record Announcement(NamespacedName Application, AnnouncementKind Kind, string Message)
{
    /// <summary>What the sentence is made from; null: it stands for several.</summary>
    public AnnouncementFacts? Facts { get; init; }

    public bool Equals(Announcement? other) => other is not null && Application == other.Application && Kind == other.Kind && Lasting(Message) == Lasting(other.Message);

    public override int GetHashCode() => HashCode.Combine(Application, Kind, Lasting(Message));

    private static string Lasting(string message) => Duration().Replace(message, "some time");

    [GeneratedRegex(@"\b[0-9]+(?:\.[0-9]+)? (?:s|min|h)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Duration();
}

/// <summary>What an announcement says, in parts.</summary>
internal sealed record AnnouncementFacts
{
    /// <summary>The image, or the key of the annotation; null: the application as a whole.</summary>
    public string? Subject { get; init; }

    public IReadOnlyList<NotificationChange> Changes { get; init; } = [];

    /// <summary>The whole identifier; null: nothing was committed.</summary>
    public string? Commit { get; init; }

    public string? Branch { get; init; }

    public string? Repository { get; init; }

    /// <summary>The address of the open request; null: there is none.</summary>
    public string? Request { get; init; }

    public static AnnouncementFacts Of(ApplicationReport application) => new()
    {
        Commit = application.Commit,
        Branch = application.Branch,
        Repository = application.Repository,
        Request = application.PullRequest,
    };

    public static AnnouncementFacts Of(ApplicationReport application, ImageReport image) => Of(application) with
    {
        Subject = NameOf(image),
        // What was committed for the application was not committed for an image that was not updated.
        Commit = image.Decision == DecisionKind.Updated ? application.Commit : null,
        Changes = [new NotificationChange(image.Alias, image.Image, image.Current, image.Candidate, image.Digest) { IsSemVer = image.Strategy == StrategyWords.Word(UpdateStrategy.SemVer) }],
    };

    public static string NameOf(ImageReport image) => image.Alias is { } alias ? $"{alias} ({image.Image})" : image.Image;
}

/// <param name="News">In the order of the reports.</param>
/// <param name="Recovered">What was told to be wrong and is so no longer.</param>
internal sealed record JournalEntry(IReadOnlyList<Announcement> News, IReadOnlyList<Announcement> Recovered);
