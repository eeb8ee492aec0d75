namespace GitOpsBumper.Core.WriteBack;

/// <summary>The new text of one file.</summary>
/// <param name="Path">In the repository.</param>
/// <param name="OldText">Null when the file is new.</param>
/// <param name="NewText">All of it.</param>
public sealed record FileChange(RepositoryPath Path, string? OldText, string NewText);
