using System.Globalization;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Holds;

/// <summary>A version that the bot wrote and a person took back, or that it proposed and a person did not want.</summary>
/// <param name="Version">As it was written.</param>
/// <param name="Commit">That wrote it last; empty where it was only proposed.</param>
/// <param name="When">It was written, or turned down.</param>
public sealed record RejectedVersion(ImageVersion Version, string Commit, DateTimeOffset When)
{
    private const int ShortCommit = 10;

    /// <summary>In which other application it was taken back; null: in the one that asks.</summary>
    public NamespacedName? In { get; init; }

    /// <summary>The address of the request that proposed it and was closed; null: it was written.</summary>
    public string? Request { get; init; }

    /// <summary>Somebody has let go of the image since, or the bot has gone on, so that it holds nothing but itself.</summary>
    public bool IsReleased { get; init; }

    /// <summary>What a person said of it in an annotation, and where; null: it is known from git or a request. No history takes that back.</summary>
    public string? Said { get; init; }

    /// <summary>What an annotation says that is not wanted; each holds nothing but itself.</summary>
    public static IEnumerable<RejectedVersion> Of(ApprovalState state) => state.Rejections.Select(rejection => new RejectedVersion(rejection.Version, "", default)
    {
        IsReleased = true,
        Said = $"the annotation {state.Prefix}{ApprovalKeys.Rejected}{(rejection.Reason is { } reason ? $" ({reason})" : "")}",
    });

    /// <summary>The version among them that <paramref name="version"/> is; null when it is none of them.</summary>
    public static RejectedVersion? Find(IReadOnlyList<RejectedVersion> rejected, ImageVersion version)
    {
        foreach (var one in rejected)
        {
            if (one.Version.IsSame(version))
                return one;
        }

        return null;
    }

    /// <summary>When and by what, for people: <c>was written on 2026-03-01 with commit 0123456789 and taken back since</c>.</summary>
    public string Story => Said is not null ? $"is rejected by {Said}{(In is null ? "" : $" of {In}")}" : Request is not null ? $"was proposed in {Request}, which was closed on {Day(When)} without being merged" : $"was written on {Day(When)} with commit {Short(Commit)} and taken back since{(In is null ? "" : $" in {In}")}";

    internal static string Short(string commit) => commit[..Math.Min(ShortCommit, commit.Length)];

    internal static string Day(DateTimeOffset when) => when.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
