using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>The image that was built last, whatever its tag says.</summary>
public sealed class NewestBuildStrategy : ITagStrategy
{
    public UpdateStrategy Kind => UpdateStrategy.NewestBuild;

    public bool NeedsBuildDate => true;

    public bool TryAccept(Tag tag, out SelectionStep fallsAt, [NotNullWhen(false)] out string? reason)
    {
        fallsAt = SelectionStep.Platform;
        reason = null;
        return true;
    }

    public int? Compare(TagCandidate candidate, TagCandidate current) =>
        candidate.Created is { } left && current.Created is { } right ? left.CompareTo(right) : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> tags, SelectionCounts fallen) => tags;
}
