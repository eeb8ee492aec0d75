using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Adapters.Git;

/// <summary>A file at a commit, or the fact that there is none.</summary>
/// <param name="Path">As asked.</param>
/// <param name="Kind">What stands at the path.</param>
/// <param name="Content">Of a symbolic link, where it leads to. Null unless it is a file or a link.</param>
public sealed record RepositoryFile(RepositoryPath Path, RepositoryFileKind Kind, ReadOnlyMemory<byte>? Content);

public enum RepositoryFileKind
{
    /// <summary>Nothing, but its folder is there.</summary>
    Absent,

    /// <summary>Not even the folder.</summary>
    NoFolder,
    File,
    ExecutableFile,
    SymbolicLink,
    Folder,

    /// <summary>A submodule.</summary>
    Submodule,

    /// <summary>A file above <see cref="GitClone.MaxFileBytes"/>, which is not read.</summary>
    TooLarge,

    /// <summary>A few lines that stand for a file which Git LFS keeps elsewhere.</summary>
    LfsPointer,
}
