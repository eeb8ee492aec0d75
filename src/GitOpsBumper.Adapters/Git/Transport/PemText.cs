namespace GitOpsBumper.Adapters.Git.Transport;

/// <summary>What can be seen of a key in PEM without reading it.</summary>
internal static class PemText
{
    /// <summary>Of PKCS #8, or of the older form that says so in a header.</summary>
    public static bool IsEncrypted(string pem) =>
        pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal)
        || pem.Split('\n').Any(line => line.StartsWith("Proc-Type:", StringComparison.OrdinalIgnoreCase) && line.Contains("ENCRYPTED", StringComparison.OrdinalIgnoreCase));
}
