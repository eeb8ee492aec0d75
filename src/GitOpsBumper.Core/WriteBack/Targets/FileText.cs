using GitOpsBumper.Core.WriteBack.Markers;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>What a file of the repository says at a branch's tip.</summary>
public sealed class FileText
{
    private readonly Lazy<MarkedText> _marked;

    /// <param name="text">Null when there is no such file.</param>
    /// <param name="problem">Why it can be neither read nor written, in a sentence; null: it can.</param>
    public FileText(string? text, string? problem)
    {
        Text = text;
        Problem = problem;
        _marked = new Lazy<MarkedText>(() => MarkedText.Read(text), LazyThreadSafetyMode.ExecutionAndPublication);
    }

    public static FileText Absent { get; } = new(null, null);

    /// <summary>Null when there is no such file.</summary>
    public string? Text { get; }

    /// <summary>Why it can be neither read nor written, in a sentence; null: it can.</summary>
    public string? Problem { get; }

    public bool IsThere => Text is not null;

    /// <summary>The text with its markers; null when there are none, or they cannot be read.</summary>
    public MarkedFile? Marks => Marked.File;

    /// <summary>Read when somebody asks, once for all applications that share the file.</summary>
    internal MarkedText Marked => _marked.Value;
}
