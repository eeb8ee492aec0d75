namespace GitOpsBumper.Core.Annotations;

/// <summary>The Helm parameters that one image is written to: name and tag apart, or both in one.</summary>
/// <param name="Name">The parameter that takes the image without tag; empty when <paramref name="Spec"/> is set.</param>
/// <param name="Tag">The parameter that takes the tag or digest; empty when <paramref name="Spec"/> is set.</param>
/// <param name="Spec">The parameter that takes <c>image:tag</c> whole; null when name and tag have parameters of their own.</param>
public sealed record HelmParameterNames(string Name, string Tag, string? Spec)
{
    /// <summary>Whether nobody said which parameter takes the name.</summary>
    public bool IsDefaultName { get; init; }
}
