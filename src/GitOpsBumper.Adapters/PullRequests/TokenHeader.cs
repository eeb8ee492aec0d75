using System.Net.Http.Headers;
using System.Text;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>The ways in which a token is shown.</summary>
internal static class TokenHeader
{
    public static AuthenticationHeaderValue Basic(string user, string secret) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")));

    public static AuthenticationHeaderValue Bearer(string secret) => new("Bearer", secret);
}
