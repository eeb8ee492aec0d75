using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Controller.Windows;

/// <summary>Whether something may be written for applications at the moment.</summary>
internal sealed class WindowGate(TimeProvider time)
{
    /// <summary>A project whose deny windows count, as it is now; null: there is none of that name, or they do not count.</summary>
    public Func<NamespacedName, AppProject?> Project { get; init; } = static _ => null;

    /// <summary>Where projects lie.</summary>
    public string ArgoCdNamespace { get; init; } = "";

    /// <summary>Whether somebody said that what is due for an application must not wait.</summary>
    public Func<NamespacedName, bool> IsUrgent { get; init; } = static _ => false;

    /// <summary>What is in the way; null: nothing, also where a person ordered what is written.</summary>
    public ShutGate? Find(ApplicationWork work)
    {
        if (work.Order is not null)
            return null;
        if (work.Policy.OnlyTells)
            return ShutGate.OnlyTelling;
        var denials = Project(new NamespacedName(ArgoCdNamespace, work.Application.Project)) is { } project ? SyncDenial.Of(project, work.Application) : [];
        var shut = UpdateGate.Find(work.Policy.Windows, denials, time.GetUtcNow());
        return shut is not null && IsUrgent(work.Application.Name) ? shut with { IsPassed = true } : shut;
    }

    /// <summary>Whether it was open when an application was planned, and is not any more.</summary>
    public bool HasShut(ApplicationWork work) => work.Shut is null && Find(work) is { IsPassed: false };
}
