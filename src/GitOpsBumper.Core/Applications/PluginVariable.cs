namespace GitOpsBumper.Core.Applications;

/// <summary>One entry of <c>plugin.env</c>; the plugin sees it as <c>ARGOCD_ENV_&lt;name&gt;</c>.</summary>
/// <param name="Name">Empty when the entry has none: it sets nothing.</param>
/// <param name="Value">Empty when the entry has none.</param>
public sealed record PluginVariable(string Name, string Value);
