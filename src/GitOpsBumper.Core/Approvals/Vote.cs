using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Approvals;

/// <summary>
/// That somebody approved a version, of whom the API server said who it is. Whoever may patch the Application can write any line: only the code tells that the bot wrote it. One line, five words:
/// time, version, person, groups, code.
/// </summary>
/// <param name="By">As the API server names the person.</param>
/// <param name="Version">Tag and digest.</param>
/// <param name="At">When, to the second.</param>
/// <param name="Groups">Those of the approvers that the person was in, as the API server said.</param>
/// <param name="Code">Over all of it, and whose version it is.</param>
public sealed record Vote(string By, ImageVersion Version, DateTimeOffset At, IReadOnlyList<string> Groups, string Code)
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string Nobody = "-";

    /// <param name="place">Whose version it is.</param>
    /// <param name="by">The person.</param>
    /// <param name="version">Tag and digest.</param>
    /// <param name="at">When.</param>
    /// <param name="groups">Of the person, as far as they matter.</param>
    /// <param name="key">Of the bot.</param>
    public static Vote Cast(ApprovalPlace place, string by, ImageVersion version, DateTimeOffset at, IReadOnlyList<string> groups, ApprovalKey key)
    {
        var open = new Vote(by, version, at, groups, "");
        return open with { Code = key.CodeOf(open.Text(place)) };
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out Vote? vote)
    {
        vote = null;
        if (line.Split(' ') is not [var time, var versionText, var by, var groups, var code]
            || !DateTimeOffset.TryParseExact(time, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            || !ImageVersion.TryParse(versionText, out var version, out _) || version is not { Tag: not null, Digest: not null }
            || code.Length != 64 || !code.All(char.IsAsciiHexDigitLower))
            return false;
        vote = new Vote(Uri.UnescapeDataString(by), version, at, groups == Nobody ? [] : [.. groups.Split(',').Select(Uri.UnescapeDataString)], code);
        return true;
    }

    /// <summary>Whether the bot wrote it, for this very place.</summary>
    public bool IsGood(ApprovalPlace place, ApprovalKey key) => key.IsCodeOf(Text(place), Code);

    public override string ToString() => $"{Said} {Code}";

    private string Said => $"{At.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)} {Version} {Uri.EscapeDataString(By)} {(Groups.Count == 0 ? Nobody : string.Join(',', Groups.Select(Uri.EscapeDataString)))}";

    /// <summary>None of the parts can hold a line break.</summary>
    private string Text(ApprovalPlace place) => $"gitopsbumper-vote-1\n{place.Application}\n{Uri.EscapeDataString(place.Alias)}\n{Said}";
}

/// <summary>An image that is approved for.</summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">In its list.</param>
public sealed record ApprovalPlace(NamespacedName Application, string Alias);
