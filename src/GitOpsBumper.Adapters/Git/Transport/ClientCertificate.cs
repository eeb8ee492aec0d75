using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Git.Transport;

/// <summary>What a client shows to a server that wants to know it by TLS: a certificate and its private key, in PEM, the key without a passphrase. Prints as <c>***</c>.</summary>
public sealed record ClientCertificate
{
    public const string CertificateField = "tlsClientCertData";

    public const string KeyField = "tlsClientCertKey";

    private const int MaxLength = 256 * 1024;

    private ClientCertificate(string source, string certificate, string key) => (Source, CertificatePem, KeyPem) = (source, certificate, key);

    /// <summary>The secret that holds it, for messages.</summary>
    internal string Source { get; }

    /// <summary>The client's own first, then those that lead to an authority that the server knows.</summary>
    internal string CertificatePem { get; }

    internal string KeyPem { get; }

    /// <param name="secret">That has one field of the two or both.</param>
    /// <param name="value">The certificate.</param>
    /// <param name="problem">A sentence that names the secret and repeats nothing of it.</param>
    public static bool TryParse(KubernetesSecret secret, [NotNullWhen(true)] out ClientCertificate? value, [NotNullWhen(false)] out string? problem)
    {
        var certificate = Normal(secret.Field(CertificateField));
        var key = Normal(secret.Field(KeyField));
        value = null;
        problem = Check(certificate, key) is { } reason ? $"secret {secret.Name} {reason}" : null;
        if (problem is null)
            value = new ClientCertificate(secret.Name.ToString(), certificate, key);
        return problem is null;
    }

    /// <summary>Reads both, which tells whether they belong together.</summary>
    /// <exception cref="GitException">They do not, or one of them cannot be read.</exception>
    internal X509Certificate2 Open()
    {
        try
        {
            return X509Certificate2.CreateFromPem(CertificatePem, KeyPem);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new GitException(GitFailure.AuthenticationFailed, $"{CertificateField} and {KeyField} of secret {Source} cannot be used: one of them is damaged, or the key is that of another certificate", failure);
        }
    }

    public override string ToString() => "***";

    private static string Normal(string? text) => text is null ? "" : text.Trim().ReplaceLineEndings("\n") + "\n";

    private static string? Check(string certificate, string key)
    {
        if (certificate.Length == 0 || key.Length == 0)
            return $"has {(key.Length == 0 ? CertificateField : KeyField)} without {(key.Length == 0 ? KeyField : CertificateField)}; a client certificate needs both";
        if (certificate.Length > MaxLength || key.Length > MaxLength)
            return $"has a {CertificateField} or {KeyField} of more than {MaxLength} characters";
        if (!certificate.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            return $"has a {CertificateField} that is no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----";
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            return $"has a {KeyField} that is no private key in PEM; it begins with a line such as -----BEGIN PRIVATE KEY-----";
        return PemText.IsEncrypted(key) ? $"has a {KeyField} with a passphrase, which nobody is there to type; a key without one is needed ('openssl pkey -in key -out new' removes it)" : null;
    }
}
