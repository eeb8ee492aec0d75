using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.PullRequests.Text;

/// <summary>One image of one application, as the text of a request shows it.</summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">Null for an entry of the image list without alias.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldTag">Null when there was none.</param>
/// <param name="NewTag">What is written: tag, digest or both.</param>
public sealed record RequestChange(NamespacedName Application, string? Alias, string Image, string? OldTag, string NewTag)
{
    /// <summary>Of what is written; null when nobody knows.</summary>
    public string? Digest { get; init; }

    /// <summary>When the new version was built; null when nobody knows.</summary>
    public DateTimeOffset? Built { get; init; }

    public ImageLinks Links { get; init; } = ImageLinks.None;
}
