using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Core.WriteBack.Markers;

/// <summary>What is marked in a text, if anything.</summary>
/// <param name="File">Null when nothing is marked, or it cannot be told.</param>
/// <param name="Problem">Why it cannot be told what is marked; null: it can.</param>
/// <param name="Aliases">Of the marks, as annotations spell them.</param>
internal sealed record MarkedText(MarkedFile? File, string? Problem, IReadOnlySet<string> Aliases)
{
    private static readonly MarkedText Nothing = new(null, null, new HashSet<string>());

    public static MarkedText Read(string? text)
    {
        if (text is null || !MarkedFile.MayHaveMarks(text))
            return Nothing;
        if (!MarkedFile.TryRead(text, out var file, out var problem))
            return Nothing with { Problem = problem };
        return file.Marks.Count == 0 ? Nothing : new MarkedText(file, null, file.Marks.Select(mark => AnnotationKeys.AliasInKeys(mark.Alias)).ToHashSet(StringComparer.Ordinal));
    }
}
