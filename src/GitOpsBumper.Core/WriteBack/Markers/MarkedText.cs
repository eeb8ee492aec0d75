using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Core.WriteBack.Markers;

/// <summary>What is marked in a text, if anything.</summary>
/// <param name="File">Null when nothing is marked, or it cannot be told.</param>
/// <param name="Problem">Why it cannot be told what is marked; null: it can.</param>
/// <param name="Aliases">Of the marks, as annotations spell them; of Flux's markers where they alone stand in a text that cannot be read.</param>
internal sealed record MarkedText(MarkedFile? File, string? Problem, IReadOnlySet<string> Aliases)
{
    private static readonly MarkedText Nothing = new(null, null, new HashSet<string>());

    /// <summary>No marker of our own stands in it.</summary>
    private bool IsOfFlux { get; init; }

    /// <summary>The problem, unless only markers of Flux stand there and they are about others.</summary>
    public string? ProblemFor(IReadOnlySet<string> aliases) => IsOfFlux && !Aliases.Overlaps(aliases) ? null : Problem;

    public static MarkedText Read(string? text)
    {
        if (text is null || !MarkText.Keys.Any(key => MarkedFile.MayHaveMarks(text, key)))
            return Nothing;
        if (!MarkedFile.TryRead(text, out var file, out var problem))
            return MarkedFile.MayHaveMarks(text, MarkText.Own) ? Nothing with { Problem = problem } : new MarkedText(null, problem, FluxAliases(text)) { IsOfFlux = true };
        return file.Marks.Count == 0 ? Nothing : new MarkedText(file, null, file.Marks.Select(mark => AnnotationKeys.AliasInKeys(mark.Alias)).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Line by line: the text is no YAML.</summary>
    private static HashSet<string> FluxAliases(string text) => text.Split('\n')
        .Select(line => line.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 && MarkText.TryRead(line[(at + 1)..], out var mark, out _) ? mark : null)
        .OfType<MarkText>().Select(mark => AnnotationKeys.AliasInKeys(mark.Alias)).ToHashSet(StringComparer.Ordinal);
}
