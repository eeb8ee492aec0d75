using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Notifications;

/// <summary>What one channel wants to hear of. Everything that is asked for has to hold.</summary>
public sealed class ChannelRule
{
    private readonly IReadOnlySet<NotificationKind> _kinds;
    private readonly IReadOnlyList<GlobPattern> _applications;
    private readonly IReadOnlyList<GlobPattern> _projects;
    private readonly NotificationSeverity _lowest;

    private ChannelRule(IReadOnlySet<NotificationKind> kinds, IReadOnlyList<GlobPattern> applications, IReadOnlyList<GlobPattern> projects, NotificationSeverity lowest) =>
        (_kinds, _applications, _projects, _lowest) = (kinds, applications, projects, lowest);

    /// <summary>Wants everything.</summary>
    public static ChannelRule All { get; } = new(new HashSet<NotificationKind>(), [], [], NotificationSeverity.Info);

    /// <summary>It wants lasting states too that were there when the bot began to look.</summary>
    public bool WantsWhatWasThere { get; private init; }

    /// <param name="text">Words and globs as the user wrote them.</param>
    /// <param name="rule">Ready to ask.</param>
    /// <param name="problems">A sentence for each part that is wrong.</param>
    public static bool TryCreate(ChannelRuleText text, [NotNullWhen(true)] out ChannelRule? rule, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var kinds = new HashSet<NotificationKind>();
        foreach (var word in text.Events)
        {
            if (NotificationWords.TryParseKind(word, out var kind, out var problem))
                kinds.Add(kind);
            else
                found.Add(problem);
        }

        var lowest = NotificationSeverity.Info;
        if (text.Severity is { } severity && !NotificationWords.TryParseSeverity(severity, out lowest, out var unknown))
            found.Add(unknown);
        var applications = Globs(text.Applications, found);
        var projects = Globs(text.Projects, found);
        problems = found;
        rule = found.Count > 0 ? null : new ChannelRule(kinds, applications, projects, lowest) { WantsWhatWasThere = text.AtStart };
        return rule is not null;
    }

    public bool Wants(Notification notification) =>
        (_kinds.Count == 0 || _kinds.Contains(notification.Kind))
        && notification.Severity >= _lowest
        && (WantsWhatWasThere || !notification.WasThere)
        && (_applications.Count == 0 || _applications.Any(glob => glob.Matches(notification.Application.ToString()) || glob.Matches(notification.Application.Name)))
        && (_projects.Count == 0 || _projects.Any(glob => glob.Matches(notification.Project ?? "")));

    private static List<GlobPattern> Globs(IReadOnlyList<string> texts, List<string> problems)
    {
        var globs = new List<GlobPattern>();
        foreach (var text in texts)
        {
            if (GlobPattern.TryParse(text, out var glob, out var problem))
                globs.Add(glob);
            else
                problems.Add(problem);
        }

        return globs;
    }
}

/// <summary>A rule as the user writes it.</summary>
public sealed record ChannelRuleText
{
    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Globs of <c>namespace/name</c> or names; empty: all.</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];

    /// <summary>Globs; empty: all.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>The lowest; null: info.</summary>
    public string? Severity { get; init; }

    public bool AtStart { get; init; }
}
