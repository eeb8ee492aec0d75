using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GitOpsBumper.Adapters.Git;

/// <summary>The name of a branch, without <c>refs/heads/</c>; by the rules of git, and short enough for every file system.</summary>
/// <seealso href="https://git-scm.com/docs/git-check-ref-format"/>
public sealed record BranchName
{
    /// <summary>UTF-8 bytes.</summary>
    public const int MaxBytes = 244;

    private BranchName(string text) => Text = text;

    public string Text { get; }

    /// <summary>The full name: <c>refs/heads/main</c>.</summary>
    public string Ref => $"refs/heads/{Text}";

    public static bool TryParse(string text, [NotNullWhen(true)] out BranchName? value, [NotNullWhen(false)] out string? problem)
    {
        var name = text.StartsWith("refs/heads/", StringComparison.Ordinal) ? text["refs/heads/".Length..] : text;
        problem = Check(name) is { } reason ? $"branch '{string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c))}' {reason}" : null;
        value = problem is null ? new BranchName(name) : null;
        return problem is null;
    }

    public override string ToString() => Text;

    private static string? Check(string name)
    {
        if (name.Length == 0)
            return "is empty";
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
            return $"is longer than {MaxBytes} bytes";
        if (name is "HEAD" or "@" || name.StartsWith("refs/", StringComparison.Ordinal))
            return "is not the name of a branch";
        if (name[0] == '-')
            return "starts with '-'";
        if (name[^1] == '.')
            return "ends with '.'";
        foreach (var c in name)
        {
            if (c <= ' ' || c is '\u007f' or '~' or '^' or ':' or '?' or '*' or '[' or '\\')
                return $"contains {(char.IsControl(c) ? "a control character" : $"'{c}'")}, which git does not allow in the name of a branch";
        }

        if (name.Contains("..", StringComparison.Ordinal) || name.Contains("@{", StringComparison.Ordinal))
            return "contains '..' or '@{', which git does not allow in the name of a branch";
        return name.Split('/').Any(part => part.Length == 0 || part[0] == '.' || part.EndsWith(".lock", StringComparison.Ordinal))
            ? "has a part that is empty, starts with '.' or ends with '.lock'"
            : null;
    }
}
