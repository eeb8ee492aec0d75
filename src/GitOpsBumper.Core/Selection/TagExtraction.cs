using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Selection.Re2;

namespace GitOpsBumper.Core.Selection;

/// <summary>The value of <c>extract</c>: what is taken out of a tag by the groups of <c>allow-tags</c>, to be ordered by.</summary>
public sealed class TagExtraction
{
    public const int MaxLength = 256;

    private readonly AllowPattern _pattern;
    private readonly ReplacementTemplate _template;

    private TagExtraction(string replacement, AllowPattern pattern, ReplacementTemplate template)
    {
        Replacement = replacement;
        _pattern = pattern;
        _template = template;
    }

    /// <summary>As it was given: <c>$ts</c>.</summary>
    public string Replacement { get; }

    public static bool TryParse(string replacement, AllowPattern pattern, [NotNullWhen(true)] out TagExtraction? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var template = new ReplacementTemplate(replacement);
        var unknown = template.References.FirstOrDefault(reference => !ReplacementTemplate.IsKnown(reference, pattern.Groups));
        problem = replacement.Length > MaxLength ? $"replacement '{replacement[..40]}...' has {replacement.Length} characters, at most {MaxLength} are allowed"
            : !pattern.IsExpression ? $"replacement '{Shortened.Text(replacement)}' needs groups of a regular expression, but allow-tags is '{Shortened.Text(pattern.ToString())}'"
            : template.References.Count == 0 ? $"replacement '{Shortened.Text(replacement)}' names no group of allow-tags; it is like '$name', '${{name}}' or '$1'"
            : unknown is not null ? $"replacement '{Shortened.Text(replacement)}' names group '{unknown}', which allow-tags '{Shortened.Text(pattern.ToString())}' does not have"
            : null;
        if (problem is not null)
            return false;
        value = new TagExtraction(replacement, pattern, template);
        return true;
    }

    /// <summary>Null when the tag does not match or nothing is left.</summary>
    public string? Extract(string tag)
    {
        var extracted = _pattern.Extract(tag, _template);
        return string.IsNullOrEmpty(extracted) ? null : extracted;
    }

    public override string ToString() => Replacement;
}
