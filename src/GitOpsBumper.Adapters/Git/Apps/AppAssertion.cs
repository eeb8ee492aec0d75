using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>The JSON Web Token by which an app says who it is.</summary>
/// <seealso href="https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app"/>
internal static class AppAssertion
{
    /// <summary>It counts from a minute ago, for clocks that differ, and is at most ten minutes long.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(9);

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8);

    /// <exception cref="AppException">The key is damaged.</exception>
    public static string Create(GitHubApp app, DateTimeOffset now)
    {
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"iat":{{(now - Early).ToUnixTimeSeconds()}},"exp":{{(now + Long).ToUnixTimeSeconds()}},"iss":"{{app.Id}}"}""");
        var signed = $"{Header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(app.Key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }
}
