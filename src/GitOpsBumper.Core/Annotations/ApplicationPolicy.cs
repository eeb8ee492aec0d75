using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Core.Annotations;

/// <summary>All that the annotations of one Application say, and all that is wrong with them.</summary>
public sealed record ApplicationPolicy
{
    public required NamespacedName Application { get; init; }

    /// <summary>In the order of the list; entries that are no image are missing here and among the problems.</summary>
    public required IReadOnlyList<ImagePolicy> Images { get; init; }

    /// <summary>Null when a problem stops the application.</summary>
    public WriteBackPolicy? WriteBack { get; init; }

    /// <summary>When it is looked at; null: in every cycle.</summary>
    public LookSchedule? Schedule { get; init; }

    /// <summary>When something may be written for it; null: always.</summary>
    public UpdateWindows? Windows { get; init; }

    /// <summary>Nothing is written at all: people are told of what would be.</summary>
    public bool OnlyTells { get; init; }

    /// <summary>What belongs to no image or stops none: unknown keys, keys without effect, and why <see cref="WriteBack"/> is null.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Those of the application and of its images, each once.</summary>
    public IEnumerable<Problem> AllProblems => Problems.Concat(Images.SelectMany(image => image.Problems)).Distinct();
}
