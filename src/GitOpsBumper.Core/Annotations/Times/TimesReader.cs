using GitOpsBumper.Core.Annotations.Reading;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Core.Annotations.Times;

/// <summary>Reads when an application is looked at, and when something may be written for it.</summary>
internal sealed class TimesReader(AnnotationMap map, AnnotationDefaults defaults)
{
    public List<Problem> Problems { get; } = [];

    /// <summary>Whether nothing may be written at all: nobody knows when somebody wanted to forbid it.</summary>
    public bool Stops { get; private set; }

    /// <summary>Null: there is none that can be read, and it is looked at in every cycle.</summary>
    public LookSchedule? ReadSchedule()
    {
        if (Given(AnnotationKeys.Schedule) is not { } value)
            return null;
        if (LookSchedule.TryParse(value.Text, out var schedule, out var problem))
            return schedule;
        Problems.Add(value.Problem($"{problem}; until that is mended, the Application is looked at in every cycle"));
        return null;
    }

    /// <summary>Null: something may be written at any time.</summary>
    public UpdateWindows? ReadWindows()
    {
        if (Given(AnnotationKeys.UpdateWindow) is not { } value)
            return defaults.UpdateWindows;
        if (value.Text.Equals(UpdateWindows.Any, StringComparison.OrdinalIgnoreCase))
            return null;
        if (UpdateWindows.TryParse(value.Text, out var windows, out var problem))
            return windows;
        Problems.Add(value.Problem($"{problem}; until that is mended, nothing is written"));
        Stops = true;
        return null;
    }

    /// <summary>The forge would merge as soon as its checks pass, whenever that is.</summary>
    public WriteBackPolicy? WithoutAutoMerge(WriteBackPolicy? policy, UpdateWindows? windows)
    {
        if (windows is null || policy is not { Proposal: { Options.AutoMerge: not null } proposal })
            return policy;
        if (Given(AnnotationKeys.RequestAutoMerge) is { } value)
            Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' has no effect beside update windows ({Shortened.Text(windows.Text)}): the forge would merge outside of them as well; allowed is one of the two"));
        return policy with { Proposal = proposal with { Options = proposal.Options with { AutoMerge = null } } };
    }

    private AnnotationValue? Given(string key) => map.Find(key) is { Text.Length: > 0 } value ? value : null;
}
