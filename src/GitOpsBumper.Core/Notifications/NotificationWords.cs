using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Notifications;

/// <summary>The words for kinds and severities, in settings as in documents.</summary>
public static class NotificationWords
{
    private static readonly (NotificationKind Kind, string Word)[] Kinds =
    [
        (NotificationKind.Updated, "updated"),
        (NotificationKind.PendingApproval, "pending-approval"),
        (NotificationKind.RequestOpened, "request-opened"),
        (NotificationKind.Pinned, "pinned"),
        (NotificationKind.Rejected, "rejected"),
        (NotificationKind.Failed, "failed"),
        (NotificationKind.Problem, "problem"),
        (NotificationKind.Recovered, "recovered"),
    ];

    private static readonly (NotificationSeverity Severity, string Word)[] Severities =
        [(NotificationSeverity.Info, "info"), (NotificationSeverity.Warning, "warning"), (NotificationSeverity.Error, "error")];

    public static string Word(NotificationKind kind) => Kinds.First(pair => pair.Kind == kind).Word;

    public static string Word(NotificationSeverity severity) => Severities.First(pair => pair.Severity == severity).Word;

    /// <summary>What a title says of so many of a kind: <c>3 updated</c>.</summary>
    internal static string Count(NotificationKind kind, int count) => kind switch
    {
        NotificationKind.PendingApproval => $"{count} to approve",
        NotificationKind.RequestOpened => $"{count} proposed",
        NotificationKind.Problem => count == 1 ? "1 problem" : $"{count} problems",
        _ => $"{count} {Word(kind)}",
    };

    /// <summary>Spaces and underscores do for dashes.</summary>
    public static bool TryParseKind(string text, out NotificationKind kind, [NotNullWhen(false)] out string? problem)
    {
        var word = Plain(text);
        var found = Kinds.Where(pair => pair.Word == word).Select(pair => (NotificationKind?)pair.Kind).FirstOrDefault();
        kind = found ?? default;
        problem = found is null ? $"event '{Shortened.Text(text)}' is not known, allowed: {string.Join(", ", Kinds.Select(pair => pair.Word))}" : null;
        return problem is null;
    }

    public static bool TryParseSeverity(string text, out NotificationSeverity severity, [NotNullWhen(false)] out string? problem)
    {
        var word = Plain(text);
        var found = Severities.Where(pair => pair.Word == word).Select(pair => (NotificationSeverity?)pair.Severity).FirstOrDefault();
        severity = found ?? default;
        problem = found is null ? $"severity '{Shortened.Text(text)}' is not known, allowed: {string.Join(", ", Severities.Select(pair => pair.Word))}" : null;
        return problem is null;
    }

    private static string Plain(string text) => string.Concat(text.Trim().Select(c => c is '_' or ' ' ? '-' : char.ToLowerInvariant(c)));
}
