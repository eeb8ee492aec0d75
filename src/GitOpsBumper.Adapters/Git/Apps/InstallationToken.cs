namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>What opens the repositories of one installation of a GitHub App, to git and to the APIs, for an hour. Prints as <c>***</c>.</summary>
/// <param name="Value">Up to some kilobytes, and of no form that would be known.</param>
/// <param name="Expires">As GitHub said.</param>
public sealed record InstallationToken(string Value, DateTimeOffset Expires)
{
    /// <summary>For git, by the user name that GitHub asks for.</summary>
    internal GitCredential Credential => GitCredential.Basic("x-access-token", Value);

    public override string ToString() => "***";
}
