namespace GitOpsBumper.Core.WriteBack.Markers;

/// <summary>A comment that says which image the scalar before it belongs to.</summary>
/// <param name="Alias">As it stands there; a <c>/</c> of the image list may be written <c>_</c>, as in annotations.</param>
/// <param name="Namespace">Of the Applications that it is meant for; null: all of them.</param>
/// <param name="Field">What of the image the scalar says.</param>
/// <param name="Current">What the scalar says now, whatever YAML would make of it.</param>
/// <param name="Line">From one on.</param>
public sealed record Mark(string Alias, string? Namespace, MarkField Field, string Current, int Line);

public enum MarkField
{
    /// <summary>The whole reference: <c>image:tag</c>, <c>image@digest</c> or <c>image:tag@digest</c>.</summary>
    Image,

    /// <summary>The image without version.</summary>
    Name,
    Tag,
    Digest,
}
