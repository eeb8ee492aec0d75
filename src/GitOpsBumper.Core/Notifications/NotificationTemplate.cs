using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Core.Notifications;

/// <summary>A template of titles or bodies. It prints plain text: what looks like markup in it is shown as it is, whoever wrote it.</summary>
public sealed class NotificationTemplate
{
    private const string TitleText = "{{ .Summary }}";

    private const string BodyText = """
        {{ range .Notifications -}}
        {{ .Line }}
        {{ end -}}
        {{ if .More -}}
        and {{ .More }} more
        {{ end -}}
        """;

    private const string DigestPrefix = "sha256:";
    private const int ShownDigest = 19;
    private const int ShownCommit = 10;

    private readonly GoTemplate _template;

    private NotificationTemplate(GoTemplate template) => _template = template;

    public static NotificationTemplate DefaultTitle { get; } = Parse(TitleText);

    public static NotificationTemplate DefaultBody { get; } = Parse(BodyText);

    /// <summary>With everything that may be there, and with nothing that may be missing.</summary>
    public static IReadOnlyList<Notification> Sample { get; } =
    [
        new Notification
        {
            Kind = NotificationKind.Updated,
            Application = new NamespacedName("argocd", "web"),
            Project = "default",
            Reason = "web (registry.example.com/team/web) from 1.4.2 to 1.5.0",
            Changes = [new NotificationChange("web", "registry.example.com/team/web", "1.4.2", "1.5.0", "sha256:" + new string('0', 64)) { IsSemVer = true }],
            Commit = "8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e",
            Branch = "main",
            Repository = "https://git.example.com/team/deploy",
            Request = "https://git.example.com/team/deploy/-/merge_requests/7",
            RequestNumber = "7",
            CommitUrl = "https://git.example.com/team/deploy/-/commit/8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e",
            Time = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        },
        new Notification
        {
            Kind = NotificationKind.Failed,
            Application = new NamespacedName("argocd", "worker"),
            Reason = "registry.example.com answered 503",
            Time = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        },
    ];

    /// <param name="text">With <c>.Summary</c>, <c>.Severity</c>, <c>.More</c>, and <c>.Notifications</c>; the guide lists their fields.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence with line and column; fields that do not exist are found here too.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out NotificationTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        if (!GoTemplate.TryParse(text, out var parsed, out problem))
            return false;
        var tried = new NotificationTemplate(parsed);
        if (!tried.TryRender(Sample, 3, out _, out problem) || !tried.TryRender([Sample[1]], 0, out _, out problem))
            return false;
        template = tried;
        return true;
    }

    /// <param name="notifications">All that are shown.</param>
    /// <param name="more">How many are not.</param>
    /// <param name="text">May have several lines.</param>
    /// <param name="problem">A sentence with line and column.</param>
    internal bool TryRender(IReadOnlyList<Notification> notifications, int more, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem) =>
        _template.TryRender(Model(notifications, more), out text, out problem);

    private static NotificationTemplate Parse(string text) => GoTemplate.TryParse(text, out var template, out var problem) ? new NotificationTemplate(template) : throw new InvalidOperationException(problem);

    private static Dictionary<string, object?> Model(IReadOnlyList<Notification> notifications, int more) => new(StringComparer.Ordinal)
    {
        ["Summary"] = Summary(notifications, more),
        ["Severity"] = NotificationWords.Word(notifications.Select(notification => notification.Severity).DefaultIfEmpty().Max()),
        ["More"] = (long)more,
        ["Notifications"] = notifications.Select(notification => (object?)Model(notification)).ToList(),
    };

    private static Dictionary<string, object?> Model(Notification notification) => new(StringComparer.Ordinal)
    {
        ["Kind"] = NotificationWords.Word(notification.Kind),
        ["Severity"] = NotificationWords.Word(notification.Severity),
        ["Application"] = PlainText.Of(notification.Application.ToString()),
        ["Namespace"] = PlainText.Of(notification.Application.Namespace),
        ["Name"] = PlainText.Of(notification.Application.Name),
        ["Project"] = PlainText.Of(notification.Project),
        ["Line"] = Line(notification),
        ["Reason"] = PlainText.Of(notification.Reason),
        ["Commit"] = PlainText.Of(notification.Commit),
        ["Branch"] = PlainText.Of(notification.Branch),
        ["Repository"] = PlainText.Of(notification.Repository),
        ["Request"] = PlainText.Of(notification.Request),
        ["Time"] = notification.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
        ["Changes"] = notification.Changes.Select(change => (object?)new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Alias"] = PlainText.Of(change.Alias),
            ["Image"] = PlainText.Of(change.Image),
            ["OldTag"] = PlainText.Of(change.OldTag),
            ["NewTag"] = PlainText.Of(change.NewTag),
            ["Digest"] = PlainText.Of(change.Digest),
        }).ToList(),
    };

    /// <summary>The whole of it in some words.</summary>
    private static string Summary(IReadOnlyList<Notification> notifications, int more)
    {
        if (notifications is [var only] && more == 0)
        {
            var name = PlainText.Of(only.Application.Name);
            return (only.Kind, only.Changes) switch
            {
                (NotificationKind.Updated, [{ NewVersion: { } version }]) => $"{name} updated to {Short(version)}",
                (NotificationKind.RequestOpened, [{ NewVersion: { } version }]) => $"{name}: {Short(version)} is proposed",
                (NotificationKind.PendingApproval, [{ NewVersion: { } version }]) => $"{name}: {Short(version)} waits for approval",
                (NotificationKind.Problem, _) => $"{name} has a problem",
                _ => $"{name} {NotificationWords.Word(only.Kind)}",
            };
        }

        var counts = notifications.GroupBy(notification => notification.Kind).OrderBy(kind => kind.Key).Select(kind => NotificationWords.Count(kind.Key, kind.Count()));
        var applications = notifications.Select(notification => notification.Application).Distinct().ToList();
        var of = applications is [var one] ? $"{PlainText.Of(one.Name)}: " : "";
        return $"{of}{string.Join(", ", counts)}{(more > 0 ? $" and {more} more" : "")}";
    }

    private static string Line(Notification notification)
    {
        var what = notification.Kind switch
        {
            NotificationKind.Updated => "updated ",
            NotificationKind.RequestOpened => "proposed ",
            NotificationKind.PendingApproval => "to approve: ",
            NotificationKind.Pinned => "pinned ",
            NotificationKind.Rejected => "rejected ",
            NotificationKind.Failed => "failed: ",
            NotificationKind.Problem => "problem: ",
            _ => "recovered: ",
        };
        var where = (notification.Commit, notification.Branch) switch
        {
            ({ } commit, { } branch) => $", commit {commit[..Math.Min(ShownCommit, commit.Length)]} on {branch}",
            ({ } commit, null) => $", commit {commit[..Math.Min(ShownCommit, commit.Length)]}",
            _ => "",
        };
        var changes = notification.Kind is NotificationKind.Updated or NotificationKind.RequestOpened && notification.Changes.Count > 0
            ? string.Join(", ", notification.Changes.Select(Change)) + (notification.Request is { } request ? $" in {request}" : "") + where
            : notification.Reason;
        return PlainText.Of($"{notification.Application}: {what}{changes}");
    }

    private static string Change(NotificationChange change) =>
        $"{(change.Alias is { } alias ? $"{alias} ({change.Image})" : change.Image)} {(change.OldTag is { } old ? $"{Short(old)} -> " : "")}{Short(change.NewVersion ?? "its newest version")}";

    /// <summary>Nobody reads 64 digits of a digest.</summary>
    private static string Short(string version)
    {
        var digest = version.IndexOf(DigestPrefix, StringComparison.Ordinal);
        return PlainText.Of(digest >= 0 && version.Length > digest + ShownDigest ? version[..(digest + ShownDigest)] : version);
    }
}
