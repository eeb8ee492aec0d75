using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Core.Annotations.Reading;
using GitOpsBumper.Core.Approvals;

namespace GitOpsBumper.Core.Annotations.Approvals;

/// <summary>Reads who has to approve versions of one image, and what people and the bot wrote down of that.</summary>
internal sealed class ApprovalReader(ImageAnnotations annotations)
{
    private const int MaxGroupLength = 253;

    /// <summary>What stands behind the prefix of an annotation's name has 63 characters at most, and behind the alias comes <c>.approval-request</c>.</summary>
    private const int LongestAlias = 63 - 17;

    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromHours(720);

    /// <summary>Null: nobody has to.</summary>
    /// <param name="alias">Null: the image has none.</param>
    public ApprovalPolicy? Read(string? alias)
    {
        var isRequired = ReadSwitch();
        if (isRequired && alias?.Length > LongestAlias)
            annotations.Problems.Add(new Problem(AnnotationKeys.Prefix + AnnotationKeys.Approval, "", $"alias '{alias}' has {alias.Length} characters; for approvals allowed are {LongestAlias}, as the names of annotations have 63 at most"));
        var policy = new ApprovalPolicy(ReadVotes(), ReadGroups(), ReadDeadline());
        if (isRequired)
            return policy;
        foreach (var key in new[] { AnnotationKeys.ApprovalVotes, AnnotationKeys.Approvers, AnnotationKeys.ApprovalDeadline })
            annotations.NoteWithoutEffect(key, $"it is for {AnnotationKeys.Approval}: required, which this image does not have");
        return null;
    }

    /// <summary>Where nothing has to be approved, something may be rejected all the same.</summary>
    public ApprovalState ReadState(string? alias)
    {
        if (alias is null)
            return ApprovalState.Nothing;
        var state = ApprovalState.Read(ApprovalAnnotations.PrefixOf(alias), key => annotations.FindOwn(key)?.Text);
        foreach (var mistake in state.Mistakes)
            (mistake.Stops ? annotations.Problems : annotations.Notes).Add(new Problem(state.Prefix + mistake.Key, Shortened.Text(mistake.Value), mistake.Message));
        return state;
    }

    private bool ReadSwitch()
    {
        if (annotations.Find(AnnotationKeys.Approval) is not { Text.Length: > 0 } value)
            return false;
        if (value.Text is not ("required" or "none"))
            annotations.Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' does not say whether versions have to be approved; allowed are required and none"));
        return value.Text != "none";
    }

    private int ReadVotes()
    {
        if (annotations.Find(AnnotationKeys.ApprovalVotes) is not { Text.Length: > 0 } value)
            return 1;
        if (int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var votes) && votes is >= 1 and <= ApprovalPolicy.MaxVotes)
            return votes;
        annotations.Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is no number of people; allowed are 1 to {ApprovalPolicy.MaxVotes}"));
        return ApprovalPolicy.MaxVotes;
    }

    private IReadOnlyList<string> ReadGroups()
    {
        var value = annotations.Find(AnnotationKeys.Approvers);
        var groups = annotations.ReadList<string>(value, TryParseGroup);
        // Nobody is not everybody.
        if (groups.Count == 0 && value is { Text.Length: > 0 } or { Items.Count: > 0 })
            annotations.Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' names no group; allowed are names of groups of the cluster, comma separated; without the annotation whoever may patch the Application approves"));
        return groups;
    }

    private TimeSpan? ReadDeadline()
    {
        if (annotations.Find(AnnotationKeys.ApprovalDeadline) is not { Text.Length: > 0 } value)
            return null;
        if (GoDuration.TryParse(value.Text, out var deadline) && deadline >= ShortestDeadline && deadline <= LongestDeadline)
            return deadline;
        annotations.Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is not a duration from {GoDuration.Format(ShortestDeadline)} to {GoDuration.Format(LongestDeadline)}; allowed are such as 72h and 3d"));
        return null;
    }

    private static bool TryParseGroup(string text, [NotNullWhen(true)] out string? group, [NotNullWhen(false)] out string? problem)
    {
        var isName = text.Length <= MaxGroupLength && !text.Any(char.IsControl);
        (group, problem) = isName ? (text, (string?)null) : (null, $"'{Shortened.Text(text)}' is no name of a group; allowed are up to {MaxGroupLength} characters, none of them a control character");
        return isName;
    }
}
