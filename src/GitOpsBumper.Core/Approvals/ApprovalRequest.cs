using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Approvals;

/// <summary>The version that waits, as the bot wrote it down: <c>1.5.0@sha256:... 2026-11-22T10:00:00Z</c>.</summary>
/// <param name="Version">Tag and digest.</param>
/// <param name="Since">When the bot saw it first.</param>
public sealed record ApprovalRequest(ImageVersion Version, DateTimeOffset Since)
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static bool TryParse(string text, [NotNullWhen(true)] out ApprovalRequest? request)
    {
        request = text.Split(' ') is [var version, var time] && ImageVersion.TryParse(version, out var parsed, out _) && parsed is { Tag: not null, Digest: not null }
            && DateTimeOffset.TryParseExact(time, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since)
            ? new ApprovalRequest(parsed, since)
            : null;
        return request is not null;
    }

    public override string ToString() => $"{Version} {Since.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}";
}

/// <summary>A version that somebody does not want, one line: <c>1.5.0@sha256:... breaks the checkout</c>.</summary>
/// <param name="Version">With its tag; without a digest every one of the tag is meant.</param>
/// <param name="Reason">In one line; null: nobody said.</param>
public sealed record Rejection(ImageVersion Version, string? Reason)
{
    public const int MaxReasonLength = 500;

    public static bool TryParse(string text, [NotNullWhen(true)] out Rejection? rejection, [NotNullWhen(false)] out string? problem)
    {
        rejection = null;
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        if (!ImageVersion.TryParse(end < 0 ? text : text[..end], out var version, out problem))
            return false;
        var reason = end < 0 ? "" : Plain(text[end..]);
        rejection = new Rejection(version, reason.Length == 0 ? null : reason);
        return true;
    }

    /// <summary>Whether it forbids all that is meant by another word: one of a digest does not forbid the others that the tag may have.</summary>
    public bool Covers(ImageVersion version) => Version.Digest is { } digest ? digest == version.Digest : Version.Tag == version.Tag;

    public override string ToString() => Reason is null ? $"{Version}" : $"{Version} {Reason}";

    /// <summary>In one line, and not for ever.</summary>
    public static string Plain(string text)
    {
        var line = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return line.Length <= MaxReasonLength ? line : line[..(MaxReasonLength - (char.IsHighSurrogate(line[MaxReasonLength - 1]) ? 1 : 0))];
    }
}
