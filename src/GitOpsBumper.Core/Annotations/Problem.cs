namespace GitOpsBumper.Core.Annotations;

/// <summary>
/// A mistake that the author of an Application must mend; it stays until the Application changes. What it stops is told by the policy that it stands in.
/// </summary>
/// <param name="Key">The annotation as found, prefix included; for what is wrong with the Application itself, the field: <c>spec.source.repoURL</c>.</param>
/// <param name="Value">As found, but without a password, and shortened when it is very long.</param>
/// <param name="Message">A finished sentence that names the value and what is allowed.</param>
public sealed record Problem(string Key, string Value, string Message);
