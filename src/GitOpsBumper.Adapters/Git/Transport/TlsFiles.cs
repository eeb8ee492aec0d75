namespace GitOpsBumper.Adapters.Git.Transport;

/// <summary>A client certificate and its key, which git takes from files alone. Each repository in work has its own.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly PrivateFolder _folder;

    private TlsFiles(ClientCertificate certificate)
    {
        _folder = PrivateFolder.Create("tls", "the client certificate that git is to use");
        try
        {
            Certificate = _folder.Write("client.crt", certificate.CertificatePem);
            Key = _folder.Write("client.key", certificate.KeyPem);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>A file in PEM.</summary>
    public string Certificate { get; }

    /// <summary>A file in PEM.</summary>
    public string Key { get; }

    /// <exception cref="GitException">The certificate and the key do not belong together, or there is no place for the files.</exception>
    public static TlsFiles Create(ClientCertificate certificate)
    {
        using (certificate.Open())
        {
            // Git would say less about what is wrong with them.
        }

        return new TlsFiles(certificate);
    }

    public void Dispose() => _folder.Dispose();
}
