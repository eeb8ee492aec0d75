using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.Secrets;

namespace GitOpsBumper.Api.Callers;

/// <summary>The tokens of which the secret has the hashes: <c>api.token.&lt;name&gt;</c>, the hash in the first line, what it is limited to in further ones.</summary>
internal static class StaticTokens
{
    public const string Prefix = "api.token.";

    /// <summary>Shorter ones could be guessed from their hash.</summary>
    public const int MinLength = 32;

    private const string Algorithm = "sha256:";

    /// <summary>Whose it is; null when it is nobody's.</summary>
    public static Caller.Holder? Find(SecretLayer secrets, string token)
    {
        if (token.Length < MinLength)
            return null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        Caller.Holder? found = null;
        // All of them, so that the time says nothing about which.
        foreach (var entry in secrets.Under(Prefix))
        {
            if (TryRead(entry, out var expected, out var grant, out _) && CryptographicOperations.FixedTimeEquals(hash, expected))
                found = new Caller.Holder(entry.Key[Prefix.Length..], grant);
        }

        return found;
    }

    /// <summary>Sentences about those that nobody can use.</summary>
    public static IReadOnlyList<string> Problems(SecretLayer secrets) =>
        [.. secrets.Under(Prefix).Select(entry => TryRead(entry, out _, out _, out var problem) ? null : $"{entry.Origin}: {problem}").OfType<string>()];

    private static bool TryRead(SecretEntry entry, [NotNullWhen(true)] out byte[]? hash, [NotNullWhen(true)] out Grant? grant, [NotNullWhen(false)] out string? problem)
    {
        (hash, grant, problem) = (null, null, null);
        var lines = entry.Value.Reveal().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!lines[0].StartsWith(Algorithm, StringComparison.Ordinal) || lines[0].Length != Algorithm.Length + 64 || !lines[0][Algorithm.Length..].All(char.IsAsciiHexDigit))
        {
            problem = "its first line has to be the hash of the token, 'sha256:' and 64 hexadecimal digits; the token itself stays with who uses it";
            return false;
        }

        var (applications, images) = (new List<string>(), new List<string>());
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var list = (colon < 0 ? line : line[..colon].TrimEnd()) switch { "applications" => applications, "images" => images, _ => null };
            if (list is null)
            {
                problem = "a further line is neither 'applications: <patterns>' nor 'images: <patterns>'";
                return false;
            }

            list.AddRange(line[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            // A limit that is named and empty would permit everything.
            if (list.Count == 0)
            {
                problem = $"'{line.TrimEnd(':')}' names nothing; leave the line out to permit all";
                return false;
            }
        }

        hash = Convert.FromHexString(lines[0][Algorithm.Length..]);
        grant = new Grant(applications, images);
        return true;
    }
}
