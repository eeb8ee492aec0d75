using GitOpsBumper.Core.Annotations.Requests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations;

/// <summary>Where the decisions of one application are written.</summary>
public sealed record WriteBackPolicy
{
    public required WriteBackMethod Method { get; init; }

    public required GitCredentialSource Credentials { get; init; }

    public required WriteBackTarget Target { get; init; }

    /// <summary>What <c>git-repository</c> says; null: the repository of <see cref="Source"/>.</summary>
    public string? Repository { get; init; }

    /// <summary>What <c>git-branch</c> says; null: the target revision of <see cref="Source"/>, and where that is empty or <c>HEAD</c> the remote's default branch.</summary>
    public string? BaseBranch { get; init; }

    /// <summary>Null: commits go to the base branch itself, or where changes are proposed to a branch that is named after the application or its group.</summary>
    public string? WriteBranchTemplate { get; init; }

    /// <summary>How changes are proposed; null: they are written without asking.</summary>
    public PullRequestPolicy? Proposal { get; init; }

    /// <summary>The source whose parameters are written, with its path in the repository.</summary>
    public required ApplicationSource Source { get; init; }

    /// <summary>Of <see cref="Source"/> among the sources of the Application.</summary>
    public int SourceIndex { get; init; }

    public CarryParameters Carry { get; init; }

    /// <summary>The source that <c>$ref/...</c> of the target names; null: <see cref="Source"/>.</summary>
    public ApplicationSource? ValuesSource { get; init; }

    /// <summary>The repository that is written to, with <see cref="WriteBackMethod.Git"/>.</summary>
    public string RepositoryUrl => Repository ?? FileSource.RepositoryUrl;

    /// <summary>The branch that is written to; null or empty or <c>HEAD</c>: the remote's default branch. The version of a chart is none.</summary>
    public string? TargetRevision => BaseBranch ?? (FileSource.Chart is null ? FileSource.TargetRevision : null);

    private ApplicationSource FileSource => ValuesSource ?? Source;
}

public enum WriteBackMethod
{
    /// <summary>A commit in the repository that the Application is rendered from.</summary>
    Git,

    /// <summary>A change of the Application object itself.</summary>
    ArgoCd,
}

/// <summary>Which parameters of the Application are copied into the override file that would otherwise hide them.</summary>
public enum CarryParameters
{
    /// <summary>All but those whose name says that they are secret; where one of those would be lost, nothing is written.</summary>
    Safe,
    All,
    None,
}

/// <summary>Where the credentials for the git repository come from.</summary>
public abstract record GitCredentialSource
{
    private GitCredentialSource()
    {
    }

    /// <summary>Argo CD's repository and repo-creds secrets; the longest URL prefix wins.</summary>
    public sealed record RepositorySecrets : GitCredentialSource
    {
        public override string ToString() => "repocreds";
    }

    public sealed record NamedSecret(NamespacedName Name) : GitCredentialSource
    {
        public override string ToString() => $"secret:{Name}";
    }
}

/// <summary>Which file of the repository is written, and how.</summary>
public abstract record WriteBackTarget
{
    private WriteBackTarget()
    {
    }

    /// <summary><c>.argocd-source-&lt;app&gt;.yaml</c> beside the source.</summary>
    /// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git"/>
    public sealed record ArgoCdSource : WriteBackTarget
    {
        public override string ToString() => "argocd-source";
    }

    /// <param name="Path">From the repository's root when it starts with a slash or with <c>$ref/</c>, else from the source's path; null: <c>values.yaml</c>.</param>
    public sealed record HelmValues(string? Path) : WriteBackTarget
    {
        public override string ToString() => Path is null ? "helmvalues" : $"helmvalues:{Path}";
    }

    /// <param name="Path">The folder of the kustomization: from the repository's root when it starts with a slash, else from the source's path; null: the source's path.</param>
    public sealed record Kustomization(string? Path) : WriteBackTarget
    {
        public override string ToString() => Path is null ? "kustomization" : $"kustomization:{Path}";
    }

    /// <param name="Path">A file, or a folder all of whose YAML files count: from the repository's root when it starts with a slash, else from the source's path; null: the source's path.</param>
    public sealed record Markers(string? Path) : WriteBackTarget
    {
        public override string ToString() => Path is null ? "markers" : $"markers:{Path}";
    }

    /// <param name="Path">A compose file, or the folder it is in: from the repository's root when it starts with a slash, else from the source's path; null: the source's path.</param>
    public sealed record Compose(string? Path) : WriteBackTarget
    {
        public override string ToString() => Path is null ? "compose" : $"compose:{Path}";
    }

    /// <summary>As an annotation says it: <c>kind[:path]</c>.</summary>
    /// <returns>Null when the kind is not known.</returns>
    public static WriteBackTarget? Parse(string kind, string? path) => kind switch
    {
        "argocd-source" => new ArgoCdSource(),
        "helmvalues" => new HelmValues(path),
        "kustomization" => new Kustomization(path),
        "markers" => new Markers(path),
        "compose" => new Compose(path),
        _ => null,
    };

    /// <summary>Where to look, as written; null: the kind's usual place.</summary>
    public string? PlaceText => this switch
    {
        HelmValues values => values.Path,
        Kustomization kustomization => kustomization.Path,
        Markers markers => markers.Path,
        Compose compose => compose.Path,
        _ => null,
    };

    /// <summary>Whether the place does not depend on the path of a source.</summary>
    public bool IsRooted => PlaceText is ['/', ..] or ['$', ..];
}
