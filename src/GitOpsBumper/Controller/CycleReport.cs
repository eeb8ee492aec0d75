using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Schedules;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Controller;

/// <summary>What one cycle decided and did: the source of the text report, the JSON document and the exit code.</summary>
internal sealed record CycleReport
{
    public required IReadOnlyList<ApplicationReport> Applications { get; init; }

    public required RequestCounts Requests { get; init; }

    public required TimeSpan Duration { get; init; }

    public int Images => Applications.Sum(application => application.Images.Count);

    public int Count(DecisionKind kind) => Applications.Sum(application => application.Images.Count(image => image.Decision == kind));

    public bool AnyFailed => Applications.Any(application => application.AnyFailed);
}

internal sealed record RequestCounts(long Registry, long Git, long Kubernetes, long Forge);

internal sealed record ApplicationReport
{
    public required NamespacedName Name { get; init; }

    /// <summary>Without user information. Null when a problem left open which repository it is.</summary>
    public required string? Repository { get; init; }

    /// <summary>Null when the repository could not be asked for its default branch.</summary>
    public required string? Branch { get; init; }

    /// <summary>Null when nothing was committed for the application.</summary>
    public required string? Commit { get; init; }

    /// <summary>The address of the open request with its changes; null when there is none.</summary>
    public string? PullRequest { get; init; }

    public required IReadOnlyList<Problem> Problems { get; init; }

    public required IReadOnlyList<ImageReport> Images { get; init; }

    /// <summary>What was, or with <c>plan</c> would be, changed.</summary>
    public required IReadOnlyList<FileChange> Changes { get; init; }

    /// <summary>When it wants to be looked at; null: in every cycle.</summary>
    public LookSchedule? Schedule { get; init; }

    /// <summary>Something was written for it, be it into the Application itself, or proposed.</summary>
    public bool IsWritten => Commit is not null || Images.Any(image => image.Decision == DecisionKind.Updated);

    /// <summary>Some image failed or is not even listed in a way that can be read, or the application as a whole could not be handled.</summary>
    public bool AnyFailed => Failure is not null || Images.Any(image => image.Decision == DecisionKind.Failed)
        || Problems.Any(problem => IsOfList(problem.Key));

    /// <summary>A sentence when the application as a whole could not be handled; null otherwise.</summary>
    public required string? Failure { get; init; }

    /// <summary>Of images, be it the annotation or the fields of a resource.</summary>
    private static bool IsOfList(string key) => key.EndsWith('/' + AnnotationKeys.ImageList, StringComparison.Ordinal)
        || (key.Contains(": spec.", StringComparison.Ordinal) && (key.EndsWith(".imageName", StringComparison.Ordinal) || key.EndsWith(".images", StringComparison.Ordinal)));
}

internal sealed record ImageReport
{
    public required string? Alias { get; init; }

    /// <summary>As the image list spells it.</summary>
    public required string Image { get; init; }

    public required string Strategy { get; init; }

    /// <summary>Empty when there is none.</summary>
    public required string Constraint { get; init; }

    /// <summary>What git says before the cycle; null when nothing is known.</summary>
    public required string? Current { get; init; }

    /// <summary>The newest allowed tag; null when there is none or it was not looked for.</summary>
    public required string? Candidate { get; init; }

    public required string? Digest { get; init; }

    public required DecisionKind Decision { get; init; }

    /// <summary>Of one that is pending: when it need not wait any longer; null when that is not known.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Whether its candidate stands in the open request of its application.</summary>
    public bool IsProposed { get; init; }

    /// <summary>Of one that is pending: what people decide about; null: they do not.</summary>
    public WaitingVersion? Asked { get; init; }

    /// <summary>The version that stands where it is wanted, so that what was said for it has had its effect; null: none does, or it may be taken back yet.</summary>
    public ImageVersion? Settled { get; init; }

    /// <summary>When the version that was written was built, as the image says; null when that was not looked at.</summary>
    public DateTimeOffset? Built { get; init; }

    public required string Reason { get; init; }
}

/// <summary>The words of the report, in the order of importance for its reader.</summary>
internal enum DecisionKind
{
    Updated,
    WouldUpdate,
    Pinned,
    Rejected,
    Pending,
    Held,
    UpToDate,
    NoCandidate,
    Skipped,
    Failed,
}
