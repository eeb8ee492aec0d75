using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Configuration.PullRequests;

/// <summary>Where the token for the API of a host is to be found.</summary>
/// <param name="Host">As in URLs of repositories.</param>
/// <param name="Reference">Null: there is none, and none of the repository's own is shown to the API.</param>
internal sealed record ForgeToken(string Host, CredentialReference? Reference)
{
    private const string None = "none";

    /// <param name="text"><c>&lt;host&gt;=secret:&lt;namespace&gt;/&lt;name&gt;#&lt;field&gt;</c>, <c>env:</c> or <c>ext:</c>.</param>
    /// <param name="token">What it says.</param>
    /// <param name="problem">A sentence that names the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ForgeToken? token, [NotNullWhen(false)] out string? problem)
    {
        token = null;
        problem = null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var host = equals < 0 ? "" : text[..equals].Trim().ToLowerInvariant();
        var where = text[(equals + 1)..].Trim();
        CredentialReference? reference = null;
        if (host.Length == 0)
            problem = $"'{text}' names no host; allowed is <host>=secret:<namespace>/<name>#<field>, <host>=env:<NAME>, <host>=ext:<path> and <host>={None}";
        else if (where != None && !CredentialReference.TryParse(where, out reference, out var wrong))
            problem = $"{host}: {wrong}";
        else if (reference is CredentialReference.PullSecret)
            problem = $"{host}: '{where}' is a secret for registries; allowed are secret:<namespace>/<name>#<field>, env:<NAME>, ext:<path> and {None}";
        token = problem is null ? new ForgeToken(host, reference) : null;
        return problem is null;
    }
}
