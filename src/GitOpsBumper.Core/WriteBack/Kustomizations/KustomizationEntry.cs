namespace GitOpsBumper.Core.WriteBack.Kustomizations;

/// <summary>One item of <c>images</c> in a kustomization.</summary>
/// <param name="Name">What the manifests call the image; Kustomize compares it letter by letter.</param>
/// <param name="NewName">Null when the name stays.</param>
/// <param name="NewTag">As text, whatever YAML would make of it; null when there is none.</param>
/// <param name="Digest">Null when there is none.</param>
/// <param name="Line">Where the item begins, from one on.</param>
public sealed record KustomizationEntry(string Name, string? NewName, string? NewTag, string? Digest, int Line)
{
    /// <summary>Tag, digest or both, as versions are written; null when the entry has neither.</summary>
    public string? VersionText => (NewTag, Digest) switch
    {
        (null, null) => null,
        (_, null) => NewTag,
        (null, _) => Digest,
        _ => $"{NewTag}@{Digest}",
    };

    internal KustomizeImage Image => new() { Name = Name, NewName = NewName ?? Name, Version = null };
}
