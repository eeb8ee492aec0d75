using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Core.Versions;

namespace GitOpsBumper.Tests.Core.Selection;

/// <summary>Parts made from texts that are known to be good.</summary>
internal static class SelectionParts
{
    public static Tag Tag(string text) => GitOpsBumper.Core.Images.Tag.TryParse(text, out var tag, out var problem) ? tag : throw new ArgumentException(problem, nameof(text));

    public static Tag[] Tags(string texts) => [.. texts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Tag)];

    public static SemVerConstraint Constraint(string text) =>
        SemVerConstraint.TryParse(text, out var constraint, out var problem) ? constraint : throw new ArgumentException(problem, nameof(text));

    public static AllowPattern Expression(string expression) =>
        AllowPattern.TryParse("regexp:" + expression, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(expression));

    public static GlobPattern Glob(string text) => GlobPattern.TryParse(text, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(text));

    public static TagExtraction Extraction(string replacement, AllowPattern pattern) =>
        TagExtraction.TryParse(replacement, pattern, out var extraction, out var problem) ? extraction : throw new ArgumentException(problem, nameof(replacement));

    public static TagFilter Filter(string? expression, params string[] globs) =>
        new(expression is null ? AllowPattern.Any : Expression(expression), [.. globs.Select(Glob)]);

    public static SemVerStrategy SemVer(string constraint) => new(Constraint(constraint));

    /// <summary>The tags that are eligible, the best one first.</summary>
    public static string Select(ITagStrategy strategy, string tags, TagFilter? filter = null) =>
        string.Join(' ', TagSelector.Select(strategy, filter ?? TagFilter.Everything, Tags(tags)).Eligible);

    public static int? Compare(ITagStrategy strategy, string candidate, string current) =>
        strategy.Compare(new TagCandidate(Tag(candidate), null), new TagCandidate(Tag(current), null));
}
