using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Versions;

namespace GitOpsBumper.Core.Notifications;

/// <summary>An image of a notification.</summary>
/// <param name="Alias">Null when the image list gives it none.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldTag">What git said before, be it with a digest; null: nothing.</param>
/// <param name="NewTag">Null: only a digest, or nothing, is known.</param>
/// <param name="Digest">Null: none is known.</param>
public sealed record NotificationChange(string? Alias, string Image, string? OldTag, string? NewTag, string? Digest)
{
    /// <summary>The strategy of the image compares tags as versions: only then their parts mean something.</summary>
    public bool IsSemVer { get; init; }

    /// <summary>What was or is to be written, as people say it; null: nothing is known.</summary>
    public string? NewVersion => (NewTag, Digest) switch
    {
        ({ } tag, { } digest) => $"{tag}@{digest}",
        ({ } tag, null) => tag,
        _ => Digest,
    };

    /// <summary>What git said before, in parts; where it was no version, the text stands for a tag.</summary>
    public (string? Tag, string? Digest) Old => OldTag is not null && ImageVersion.TryParse(OldTag, out var version, out _) ? (version.Tag?.Text, version.Digest?.ToString()) : (OldTag, null);

    /// <summary>The first part that differs: <c>major</c>, <c>minor</c>, <c>patch</c> or <c>prerelease</c> of versions, or else <c>digest</c>; null: nothing of it is known.</summary>
    public string? UpdateType
    {
        get
        {
            var (tag, digest) = Old;
            if (tag is null || NewTag is null || tag == NewTag)
                return tag == NewTag && Digest is not null && Digest != digest && OldTag is not null ? "digest" : null;
            if (!IsSemVer || !SemVer.TryParse(tag, out var before) || !SemVer.TryParse(NewTag, out var after))
                return null;
            return before.Major != after.Major ? "major" : before.Minor != after.Minor ? "minor" : before.Patch != after.Patch ? "patch" : before.Prerelease != after.Prerelease ? "prerelease" : null;
        }
    }
}
