using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Controller;

/// <summary>Where the commit message template comes from.</summary>
internal static class CommitMessages
{
    private const int MaxTemplateBytes = 64 * 1024;

    /// <param name="path">Null: the built-in template.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence that names the file.</param>
    public static bool TryLoad(string? path, out CommitMessageTemplate? template, out string? problem)
    {
        template = CommitMessageTemplate.Default;
        problem = null;
        if (path is null)
            return true;
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > MaxTemplateBytes)
            problem = file.Exists ? $"commit message template '{path}' has {file.Length} bytes, allowed are {MaxTemplateBytes}" : $"commit message template '{path}' does not exist";
        else if (!CommitMessageTemplate.TryParse(File.ReadAllText(path), out template, out var reason))
            problem = $"commit message template '{path}': {reason}";
        return problem is null;
    }
}
