namespace GitOpsBumper.Core.Annotations;

/// <summary>How a known digest is written.</summary>
public enum DigestFormat
{
    /// <summary><c>1.5.0@sha256:...</c></summary>
    TagAtDigest,

    /// <summary><c>sha256:...</c> alone, for charts that render <c>image@{{ .shasum }}</c>.</summary>
    Digest,

    /// <summary>The tag alone.</summary>
    None,
}
