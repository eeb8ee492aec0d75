using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.EndToEndTests.Servers.Network;

/// <summary>An authority of one test run, and what it signs.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private readonly DateTimeOffset _now;

    public Certificates(TimeProvider clock)
    {
        _now = clock.GetUtcNow();
        var request = new CertificateRequest("CN=test-authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        _authority = request.CreateSelfSigned(_now.AddHours(-1), _now.AddDays(1));
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>A certificate with its key; for the server on the loopback address, or for a client that speaks as a user.</summary>
    /// <param name="user">The common name.</param>
    /// <param name="groups">Of a client.</param>
    public SignedCertificate Sign(string user, params string[] groups)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = string.Join(", ", groups.Select(group => $"O={group}").Prepend($"CN={user}"));
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(_authority, _now.AddHours(-1), _now.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return new SignedCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A client certificate that comes from an authority in between, and that one's certificate behind it.</summary>
    public SignedCertificate SignThroughAnother(string user)
    {
        using var between = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test-authority-between", between, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var signed = request.Create(_authority, _now.AddHours(-1), _now.AddHours(12), RandomNumberGenerator.GetBytes(8));
        using var issuer = signed.CopyWithPrivateKey(between);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest($"CN={user}", key, HashAlgorithmName.SHA256);
        own.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = own.Create(issuer, _now.AddHours(-1), _now.AddHours(11), RandomNumberGenerator.GetBytes(8));
        return new SignedCertificate($"{certificate.ExportCertificatePem()}\n{signed.ExportCertificatePem()}", key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }
}

/// <param name="CertificatePem">Without the authority that the server knows.</param>
/// <param name="KeyPem">PKCS #8.</param>
internal sealed record SignedCertificate(string CertificatePem, string KeyPem);
