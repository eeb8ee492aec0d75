namespace GitOpsBumper.Core.Annotations;

/// <summary>A mistake in an annotation that its author must mend; it stays until the annotation changes.</summary>
/// <param name="Key">The annotation as found, prefix included.</param>
/// <param name="Value">The annotation's value as found.</param>
/// <param name="Message">A finished sentence that names the value and what is allowed.</param>
public sealed record Problem(string Key, string Value, string Message);
