namespace GitOpsBumper.Core.WriteBack;

/// <summary>A Helm parameter as the override file has it.</summary>
/// <param name="Name">Of the parameter.</param>
/// <param name="Value">As text, whatever YAML would make of it; empty when there is none.</param>
/// <param name="IsCarried">The bot carried it over from the Application; otherwise a person, or a tool, wrote it.</param>
public sealed record HelmParameterValue(string Name, string Value, bool IsCarried)
{
    /// <summary>When what it holds ends by itself.</summary>
    public EndMark End { get; init; } = EndMark.None;
}

/// <summary>A Helm parameter by which a person holds a version.</summary>
/// <param name="Name">Of the parameter.</param>
/// <param name="Value">Null: it is taken away.</param>
/// <param name="Until">When it ends by itself; null: when somebody takes it away.</param>
public sealed record HeldParameter(string Name, string? Value, DateTimeOffset? Until);

/// <summary>What an edit of the override file comes to.</summary>
/// <param name="Text">Of the whole file.</param>
/// <param name="Carried">Sentences about parameters that were carried over, changed or removed with the Application.</param>
public sealed record ArgoCdSourceEdit(string Text, IReadOnlyList<string> Carried);
