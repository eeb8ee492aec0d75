using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;

namespace GitOpsBumper.Core.Messages;

/// <summary>What one commit does to one image.</summary>
/// <param name="Alias">Null for an entry of the image list without alias.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldTag">Null when there was none.</param>
/// <param name="NewTag">What is written: tag, digest or both.</param>
public sealed record ImageChange(string? Alias, string Image, string? OldTag, string NewTag)
{
    /// <summary>For the trailer: tag and digest, where the digest alone is written and does not tell which tag it was.</summary>
    public string NewVersion { get; init; } = NewTag;
}

/// <summary>What a commit message is made from.</summary>
/// <param name="Application">That the commit is for.</param>
/// <param name="Changes">None where only carried parameters follow the Application.</param>
/// <param name="Notes">Sentences about what else the commit does.</param>
public sealed record CommitMessageData(NamespacedName Application, IReadOnlyList<ImageChange> Changes, IReadOnlyList<string> Notes)
{
    /// <summary>What is written, as <c>branch:path</c>; null when it is not known, as with sample data.</summary>
    public string? Target { get; init; }

    /// <summary>What people hold from now on, or hold no more.</summary>
    public IReadOnlyList<HoldChange> Holds { get; init; } = [];

    /// <summary>Who approved what is written.</summary>
    public IReadOnlyList<string> ApprovedBy { get; init; } = [];

    /// <summary>Subject and body of a commit that a person wants: the template is about updates. Null: the template speaks.</summary>
    public IReadOnlyList<string>? Said { get; init; }

    /// <summary>All that a branch may be named after.</summary>
    public IReadOnlyList<ImageChange> Named => [.. Changes, .. Holds.Select(hold => hold.Shown)];
}

/// <param name="Trailer">That says so.</param>
/// <param name="Shown">What comes of it, for names of branches.</param>
public sealed record HoldChange(IImageTrailer Trailer, ImageChange Shown)
{
    /// <summary>Who wants it; null when nobody does, as when the end has come.</summary>
    public string? By { get; init; }

    /// <summary>Why; null when nobody says.</summary>
    public string? Reason { get; init; }
}
