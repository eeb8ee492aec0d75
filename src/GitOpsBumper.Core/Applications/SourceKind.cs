namespace GitOpsBumper.Core.Applications;

/// <summary>
/// What Argo CD renders a source with: taken from the explicit <c>helm</c>, <c>kustomize</c>, <c>plugin</c> or <c>directory</c> field, else from
/// what the status says that Argo CD found.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/tool_detection/"/>
public enum SourceKind
{
    /// <summary>Neither the source nor the status says it: the files in git decide.</summary>
    Unknown,
    Helm,
    Kustomize,
    Directory,
    Plugin,
}
