using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Controller;

/// <summary>Where the commit message template comes from.</summary>
internal static class CommitMessages
{
    private const int MaxTemplateBytes = 64 * 1024;

    /// <param name="source">Null: the built-in template.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence that names the source.</param>
    public static bool TryLoad(SettingSource? source, [NotNullWhen(true)] out CommitMessageTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = CommitMessageTemplate.Default;
        problem = null;
        if (source is null)
            return true;
        template = null;
        if (source is SettingSource.InFile { Path: var path } && !File.Exists(path))
            problem = $"commit message template '{path}' does not exist";
        else if (source.TryRead(out var text, out problem))
            problem = text.Length > MaxTemplateBytes
                ? $"commit message template {source.Name} has {text.Length} characters, allowed are {MaxTemplateBytes}"
                : CommitMessageTemplate.TryParse(text, out template, out var reason) ? null : $"commit message template {source.Name}: {reason}";
        return template is not null && problem is null;
    }
}
