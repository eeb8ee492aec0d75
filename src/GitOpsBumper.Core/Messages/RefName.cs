using System.Text;

namespace GitOpsBumper.Core.Messages;

/// <summary>What git takes for the name of a branch.</summary>
/// <seealso href="https://git-scm.com/docs/git-check-ref-format"/>
public static class RefName
{
    /// <summary>UTF-8 bytes: what every file system can hold, with what git appends.</summary>
    public const int MaxBytes = 244;

    /// <summary>Null when git would take the text, else a sentence.</summary>
    public static string? Check(string text)
    {
        var isBranch = text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxBytes && text[0] is not ('-' or '/') && text[^1] is not ('/' or '.') && text is not ("@" or "HEAD") && text.All(IsAllowed)
            && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("@{", StringComparison.Ordinal)
            && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
        return isBranch ? null : $"'{Shortened.Text(text)}' is not the name of a branch, such as main or release/1.x; git allows no spaces, no '..' and none of ~^:?*[\\";
    }

    /// <summary>Whether a branch's name may contain the character.</summary>
    public static bool IsAllowed(char c) => !(char.IsControl(c) || char.IsWhiteSpace(c) || c is '~' or '^' or ':' or '?' or '*' or '[' or '\\');
}
