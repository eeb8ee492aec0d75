using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Controller;

/// <summary>Where the commit message template comes from.</summary>
internal static class CommitMessages
{
    private const int MaxTemplateBytes = 64 * 1024;

    /// <param name="path">Null: the built-in template.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence that names the file.</param>
    public static bool TryLoad(string? path, [NotNullWhen(true)] out CommitMessageTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = CommitMessageTemplate.Default;
        problem = null;
        if (path is null)
            return true;
        template = null;
        var file = new FileInfo(path);
        if (!file.Exists)
            problem = $"commit message template '{path}' does not exist";
        else if (file.Length > MaxTemplateBytes)
            problem = $"commit message template '{path}' has {file.Length} bytes, allowed are {MaxTemplateBytes}";
        else if (SettingsText.TryRead(path, out var text, out problem) && !CommitMessageTemplate.TryParse(text, out template, out var reason))
            problem = $"commit message template '{path}': {reason}";
        return template is not null && problem is null;
    }
}
