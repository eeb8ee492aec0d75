using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using GitOpsBumper.Adapters.Git.Transport;

namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>The private key of a GitHub App: RSA in PEM, of PKCS #1 as GitHub gives it, or of PKCS #8. Prints as <c>***</c>.</summary>
internal sealed record AppKey
{
    private const int MaxLength = 64 * 1024;

    private const string Wanted = "it is what GitHub gives as a .pem file, which begins with -----BEGIN RSA PRIVATE KEY-----";

    private readonly string _text;

    private AppKey(string text) => _text = text;

    /// <param name="text">As it stands in a secret.</param>
    /// <param name="value">The key; what lies between its first and its last line is looked at when it is used.</param>
    /// <param name="problem">What is wrong, to follow the name of the field. Repeats nothing of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out AppKey? value, [NotNullWhen(false)] out string? problem)
    {
        var key = text.Trim().ReplaceLineEndings("\n");
        problem = key switch
        {
            { Length: > MaxLength } => $"has {key.Length} characters, a key has at most {MaxLength}",
            _ when PemText.IsEncrypted(key) => $"has a passphrase; {Wanted}",
            _ when Begins(key, "RSA PRIVATE KEY") || Begins(key, "PRIVATE KEY") => key.Contains("-----END ", StringComparison.Ordinal) ? null : "is cut short: its last line is not the -----END that belongs to its first",
            _ when Begins(key, "EC PRIVATE KEY") || Begins(key, "DSA PRIVATE KEY") || Begins(key, "OPENSSH PRIVATE KEY") => $"is a private key, but none of RSA in PKCS #1 or PKCS #8; {Wanted}",
            _ => $"is no private key in PEM; {Wanted}",
        };
        value = problem is null ? new AppKey(key) : null;
        return problem is null;
    }

    /// <summary>By RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    /// <exception cref="AppException">What is between the lines is no key of RSA.</exception>
    public byte[] Sign(byte[] data)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(_text);
            return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new AppException(GitFailure.AuthenticationFailed, $"its {GitHubApp.KeyField} is damaged, or no key of RSA; {Wanted}");
        }
    }

    public override string ToString() => "***";

    private static bool Begins(string key, string kind) => key.StartsWith($"-----BEGIN {kind}-----", StringComparison.Ordinal);
}
