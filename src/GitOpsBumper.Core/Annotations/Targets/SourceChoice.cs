using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations.Targets;

/// <summary>Which source of an Application is written to, and whether this version can.</summary>
internal sealed class SourceChoice(ApplicationSnapshot app, string? repository, WriteBackTarget target, string? baseBranch)
{
    public List<Problem> Problems { get; } = [];

    /// <summary>The source that the target names as <c>$ref/...</c>; null: none.</summary>
    public ApplicationSource? ValuesSource { get; init; }

    /// <summary>Null when there is none; <see cref="Problems"/> then say why.</summary>
    public ApplicationSource? Choose()
    {
        var source = app.Sources.Where(source => IsGit(source) || (IsElsewhere && source.Chart is not null)).OrderBy(Rank).FirstOrDefault();
        if (source is null)
        {
            ReportMissing();
            return null;
        }

        CheckKind(source);
        var files = ValuesSource ?? source;
        if (repository is null && RepositoryText.Check(files.RepositoryUrl) is { } problem)
            Report(files, "repoURL", RepositoryText.Redact(files.RepositoryUrl), problem);
        if (baseBranch is null && files.Chart is null && !string.IsNullOrEmpty(files.TargetRevision) && BranchText.CheckTargetRevision(files.TargetRevision) is { } revisionProblem)
            Report(files, "targetRevision", files.TargetRevision, revisionProblem);
        return source;
    }

    /// <summary>The files that are written do not lie beside what is rendered: then a chart from a Helm repository will do too.</summary>
    private bool IsElsewhere => target is not WriteBackTarget.ArgoCdSource && (ValuesSource is not null || repository is not null);

    /// <summary>
    /// For what is written to the Application itself: a chart from a Helm repository has parameters too, and what cannot be committed to does
    /// not matter. Null when there is none; <see cref="Problems"/> then say why.
    /// </summary>
    public ApplicationSource? ChooseForCluster()
    {
        var source = app.Sources.Where(source => source.Chart is not null || IsGit(source)).OrderBy(Rank).FirstOrDefault();
        if (source is null)
        {
            Problems.Add(new Problem(app.HasMultipleSources ? "spec.sources" : "spec.source", "", "the Application has no source that Argo CD renders; allowed are sources with a path or a chart"));
        }
        else if (app.IsHydrated)
        {
            Problems.Add(new Problem("spec.sourceHydrator", "", "Argo CD hydrates the Application from git, so a version in the Application itself would have no effect; allowed is write-back method git"));
        }
        else if (source.Kind is SourceKind.Directory or SourceKind.Plugin)
        {
            Report(source, "path", source.Path ?? "",
                $"source '{Shortened.Text(source.Path ?? "")}' is of kind {source.Kind.ToString().ToLowerInvariant()}, which has neither Helm parameters nor Kustomize images; allowed are sources that Argo CD renders with Helm or Kustomize");
        }

        return source;
    }

    public int IndexOf(ApplicationSource source) => app.Sources.TakeWhile(other => !ReferenceEquals(other, source)).Count();

    /// <summary>A source that only lends its files to others (<c>ref</c> without path) is not rendered, so overrides beside it have no effect.</summary>
    private static bool IsGit(ApplicationSource source) => source.Chart is null && (source.Ref is null || !string.IsNullOrEmpty(source.Path));

    /// <summary>The named repository first, then Helm and Kustomize, then what may be one of them; the Application's order among equals.</summary>
    private int Rank(ApplicationSource source)
    {
        var otherRepository = repository is not null && !RepositoryText.AreSame(repository, source.RepositoryUrl) ? 10 : 0;
        return otherRepository + source.Kind switch
        {
            SourceKind.Helm or SourceKind.Kustomize => 0,
            SourceKind.Unknown => 1,
            _ => 2,
        };
    }

    private void CheckKind(ApplicationSource source)
    {
        if (target is WriteBackTarget.ArgoCdSource && source.Kind == SourceKind.Directory)
        {
            Report(source, "path", source.Path ?? "",
                $"source '{Shortened.Text(source.Path ?? "")}' is of kind directory, for which Argo CD has no overrides; allowed are sources that it renders with Helm, Kustomize or a plugin, and write-back-target: markers");
        }
    }

    private void ReportMissing()
    {
        var chart = app.Sources.FirstOrDefault(source => source.Chart is not null);
        var field = app.HasMultipleSources ? "spec.sources" : "spec.source";
        Problems.Add(chart is null
            ? new Problem(field, "", "the Application has no source that Argo CD renders from a git repository; allowed are sources with a path in one")
            : new Problem(
                field + ".chart", Shortened.Text(chart.Chart!),
                $"chart '{Shortened.Text(chart.Chart!)}' comes from a Helm repository, beside which Argo CD reads no overrides; allowed are sources with a path in a git repository, and write-back-target: helmvalues with $<ref>/<path>, or with git-repository"));
    }

    private void Report(ApplicationSource source, string field, string value, string message)
    {
        Problems.Add(new Problem(app.HasMultipleSources ? $"spec.sources[{IndexOf(source)}].{field}" : $"{(app.IsHydrated ? "spec.sourceHydrator.drySource" : "spec.source")}.{field}", Shortened.Text(value), message));
    }
}
