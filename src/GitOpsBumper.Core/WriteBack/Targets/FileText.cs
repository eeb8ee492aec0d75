namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>What a file of the repository says at a branch's tip.</summary>
/// <param name="Text">Null when there is no such file.</param>
/// <param name="Problem">Why it can be neither read nor written, in a sentence; null: it can.</param>
public sealed record FileText(string? Text, string? Problem)
{
    public static FileText Absent { get; } = new(null, null);

    public bool IsThere => Text is not null;
}
