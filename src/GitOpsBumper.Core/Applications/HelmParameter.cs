namespace GitOpsBumper.Core.Applications;

/// <summary>
/// One entry of <c>helm.parameters</c>, as <c>helm --set</c> would take it; with <see cref="ForceString"/> the value is a string whatever it looks
/// like (<c>helm --set-string</c>).
/// </summary>
public sealed record HelmParameter(string Name, string Value, bool ForceString);
