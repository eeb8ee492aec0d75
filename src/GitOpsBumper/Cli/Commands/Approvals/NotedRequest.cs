using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Approvals;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Cli.Commands.Approvals;

/// <summary>What the bot has written into an Application of the version that waits, and so all that is needed to decide about it.</summary>
/// <param name="Version">Tag and digest.</param>
/// <param name="Problem">Why it cannot be decided about in this way, a sentence; null: it can.</param>
internal sealed record NotedRequest(ImageVersion Version, string? Problem)
{
    /// <summary>Null: there is none, or it is not what is meant, or not what waits any more. What is left in annotations of versions before is never taken away.</summary>
    public static NotedRequest? Find(ApplicationSnapshot application, ApprovalWish wish, AnnotationDefaults defaults)
    {
        var state = ApprovalAnnotations.StateOf(application, wish.Alias);
        if (state.Request is not { Version: { Tag: { } tag } version } || wish.Refuse(tag.Text) is not null)
            return null;
        // A resource may say which images there are; then the bot alone knows what it wants.
        var policy = AnnotationReader.Read(application, defaults)?.Images.FirstOrDefault(image => image.Alias == wish.Alias);
        if (policy is { Approval: null } || (policy is not null && Runs(application, policy, version)))
            return null;
        if (wish.Reason is not null)
            return new NotedRequest(version, null);
        return new NotedRequest(version, (state.Rejections.FirstOrDefault(one => one.Version.IsSame(version)), policy?.Approval) switch
        {
            ({ } rejection, _) => $"{version} is rejected by the annotation {state.Prefix}{ApprovalKeys.Rejected}{(rejection.Reason is { } reason ? $" ({reason})" : "")}: remove it first",
            (_, { NeedsVotes: true }) => $"{version} needs votes that the bot notes: give --server",
            _ => null,
        });
    }

    /// <summary>It was written since.</summary>
    private static bool Runs(ApplicationSnapshot application, ImagePolicy policy, ImageVersion version) =>
        application.RunningImages?.Any(running => running.Repository == policy.Image.Repository && running.Version is { } now
            && (now.Digest is { } digest ? digest == version.Digest : now.Tag == version.Tag && !policy.WritesDigest)) == true;
}
