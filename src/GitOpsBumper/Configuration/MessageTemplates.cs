using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Configuration;

/// <summary>Where the templates of commit messages and requests come from.</summary>
internal static class MessageTemplates
{
    private const int MaxBytes = 64 * 1024;

    private delegate bool Parser<T>(string text, [NotNullWhen(true)] out T? template, [NotNullWhen(false)] out string? problem);

    /// <param name="source">Null: the built-in template.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence that names the source.</param>
    public static bool TryLoad(SettingSource? source, [NotNullWhen(true)] out CommitMessageTemplate? template, [NotNullWhen(false)] out string? problem) =>
        TryLoad(source, CommitMessageTemplate.Default, CommitMessageTemplate.TryParse, "commit message template", out template, out problem);

    /// <param name="source">Null: the built-in template.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence that names the source.</param>
    public static bool TryLoadRequest(SettingSource? source, [NotNullWhen(true)] out RequestTextTemplate? template, [NotNullWhen(false)] out string? problem) =>
        TryLoad(source, RequestTextTemplate.Default, RequestTextTemplate.TryParse, "request template", out template, out problem);

    private static bool TryLoad<T>(SettingSource? source, T builtIn, Parser<T> parse, string what, [NotNullWhen(true)] out T? template, [NotNullWhen(false)] out string? problem)
        where T : class
    {
        template = builtIn;
        problem = null;
        if (source is null)
            return true;
        template = null;
        if (source is SettingSource.InFile { Path: var path } && !File.Exists(path))
            problem = $"{what} '{path}' does not exist";
        else if (source.TryRead(out var text, out problem))
            problem = text.Length > MaxBytes
                ? $"{what} {source.Name} has {text.Length} characters, allowed are {MaxBytes}"
                : parse(text, out template, out var reason) ? null : $"{what} {source.Name}: {reason}";
        return template is not null && problem is null;
    }
}
