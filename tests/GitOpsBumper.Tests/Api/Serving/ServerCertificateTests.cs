using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Api.Serving;
using GitOpsBumper.Tests.Controller.Reconciling;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Api.Serving;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SteppedTime _time = new();

    [Fact]
    public void Files_that_change_are_read_anew_and_wrong_ones_change_nothing()
    {
        Write("one");
        var certificate = new ServerCertificate(_folder.Path, "argocd", _time, NullLogger.Instance);
        Assert.Equal("CN=one", certificate.Current.Leaf.Subject);
        Write("two");
        Assert.Equal("CN=one", certificate.Current.Leaf.Subject);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=two", certificate.Current.Leaf.Subject);

        File.WriteAllText(Path.Combine(_folder.Path, "tls.crt"), "nonsense");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=two", certificate.Current.Leaf.Subject);
        Write("three");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=three", certificate.Current.Leaf.Subject);
    }

    [Fact]
    public void Without_files_one_is_made_up_until_they_are_there()
    {
        var certificate = new ServerCertificate(_folder.Path, "argocd", _time, NullLogger.Instance);
        var made = certificate.Current;
        Assert.Null(made.From);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(made.Fingerprint, certificate.Current.Fingerprint);
        Write("one");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=one", certificate.Current.Leaf.Subject);
    }

    [Theory]
    [InlineData("argocd", "gitops-bumper-webhook", true)]
    [InlineData("argocd", "gitops-bumper-webhook.argocd", true)]
    [InlineData("argocd", "gitops-bumper-webhook.argocd.svc", true)]
    [InlineData("argocd", "gitops-bumper-webhook.other.svc", false)]
    [InlineData("argocd", "localhost", true)]
    [InlineData(null, "gitops-bumper-webhook", false)]
    [InlineData(null, "localhost", true)]
    public void One_that_is_made_up_names_the_Service(string? podNamespace, string host, bool isNamed) =>
        Assert.Equal(isNamed, new ServerCertificate(_folder.Path, podNamespace, _time, NullLogger.Instance).Current.Leaf.MatchesHostname(host));

    public void Dispose() => _folder.Dispose();

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        File.WriteAllText(Path.Combine(_folder.Path, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder.Path, "tls.crt"), made.ExportCertificatePem());
    }
}
