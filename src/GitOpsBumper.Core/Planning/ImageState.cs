using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.Planning;

/// <summary>What git and the cluster say of one image before planning.</summary>
public sealed record ImageState
{
    /// <summary>Whether the application runs the image, or nothing is known of what runs.</summary>
    public required bool Deployed { get; init; }

    /// <summary>
    /// What the write-back target or the application's own parameters name, several where several places differ; one per container when only the cluster does; empty when nobody does.
    /// </summary>
    public required IReadOnlyList<ImageVersion> Current { get; init; }

    /// <summary>The current value as it is written, even where it is not a version; null when nobody names one.</summary>
    public required string? CurrentText { get; init; }

    /// <summary>The current value is written in git; otherwise it is only what runs.</summary>
    public bool IsWritten { get; init; }

    /// <summary>Some of the places in git that are to say the version say none.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>What is written in git; null when nothing is.</summary>
    public WrittenValue? Written => IsWritten && CurrentText is { } text ? WrittenValue.Read(text) : null;

    /// <summary>What the bot wrote earlier and a person took back; empty as well as long as nobody has read the history.</summary>
    public IReadOnlyList<RejectedVersion> Rejected { get; init; } = [];

    /// <summary>Why the image can not be written where it would have to be; null: it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The version a person fixed by the override parameter, null when nobody did.</summary>
    public OverridePin? Override { get; init; }

    /// <summary>One whose end has come: it is taken out of the file. Null: there is none.</summary>
    public OverridePin? ExpiredOverride { get; init; }
}
