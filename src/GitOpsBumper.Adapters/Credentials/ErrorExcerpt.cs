using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>The end of a sentence about a program that gave no credential: the beginning of what it said on standard error, on one line.</summary>
internal static class ErrorExcerpt
{
    private const int MaxLength = 200;

    /// <summary>Shorter texts are words rather than secrets.</summary>
    private const int ShortestSecret = 4;

    /// <summary>Empty when the program said nothing. What it printed on standard output is not shown: it may be what was asked for.</summary>
    public static string Of(ProcessResult result)
    {
        var error = result.Error;
        var printed = result.Output.Trim();
        // A shell that shows its commands shows what they print.
        foreach (var secret in new[] { printed, printed[(printed.IndexOf(':', StringComparison.Ordinal) + 1)..] }.Where(text => text.Length >= ShortestSecret))
            error = error.Replace(secret, "***", StringComparison.Ordinal);
        var line = string.Join(' ', new string([.. error.Select(c => char.IsControl(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length == 0 ? "" : $": {(line.Length <= MaxLength ? line : line[..MaxLength] + "...")}";
    }
}
