using System.Net.Http.Headers;
using System.Text;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>A user that a server of ours knows.</summary>
public sealed record BasicAccount(string User, string Password)
{
    public AuthenticationHeaderValue Header => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));

    /// <summary>Whether a request's <c>Authorization</c> header is that of this user.</summary>
    public bool Matches(string? authorization) => string.Equals(authorization, Header.ToString(), StringComparison.Ordinal);

    /// <summary>A line of an htpasswd file with bcrypt, the one hash that docker-registry takes; perl comes with git.</summary>
    public async Task<string> ToBcryptLineAsync(CancellationToken token)
    {
        var perl = Executable.Require("perl", "perl");
        // The cheapest cost: nobody attacks this file, and every request pays for it.
        var hash = await ChildProcess.RunAsync(
            perl, ["-e", "chomp(my $p = <STDIN>); print crypt($p, '$2b$04$gitopsbumpergitopsbume')"], new RunOptions { Input = Password }, token);
        return $"{User}:{hash.Text.Trim()}";
    }
}
