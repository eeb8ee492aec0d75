using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Access;

public sealed class EntryTests : IDisposable
{
    private readonly Places _places = new();

    public void Dispose() => _places.Dispose();

    [Fact]
    public void A_cluster_says_where_it_is_and_whom_to_trust()
    {
        var access = Places.Find(_places.Kubeconfig($"certificate-authority-data: {Pem.Data(Pem.Of("a").Certificate + "\n" + Pem.Of("b").Certificate)}, tls-server-name: inner, proxy-url: \"socks5://127.0.0.1:1080\""));

        Assert.Equal("inner", access.TlsServerName);
        Assert.Equal(new Uri("socks5://127.0.0.1:1080"), access.Proxy);
        Assert.Equal(["CN=a", "CN=b"], access.Authorities.Select(authority => authority.Subject).Order(StringComparer.Ordinal));
        Assert.False(access.SkipsTlsVerification);
        Assert.True(Places.Find(_places.Kubeconfig("insecure-skip-tls-verify: true")).SkipsTlsVerification);
    }

    [Theory]
    [InlineData("certificate-authority: gone.pem", "certificate-authority: there is no file '/gone.pem'")]
    [InlineData("certificate-authority-data: aGVsbG8=", "certificate-authority-data: it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----")]
    [InlineData("certificate-authority-data: '***'", "certificate-authority-data: it is not base64, which PEM has to be in here")]
    [InlineData("certificate-authority-data: aGVsbG8=, certificate-authority: a", "certificate-authority: certificate-authority-data stands there too, only one of the two can count")]
    [InlineData("insecure-skip-tls-verify: 1", "insecure-skip-tls-verify: '1' is not known, allowed are true and false")]
    [InlineData("insecure-skip-tls-verify: []", "insecure-skip-tls-verify: it is a list, allowed are true and false")]
    [InlineData("tls-server-name: {a: b}", "tls-server-name: it is a mapping, it has to be a text")]
    [InlineData("tls-server-name: 'a b'", "tls-server-name: 'a b' is not a name that a certificate is looked up by, it has to be a host name or an IPv4 address")]
    [InlineData("proxy-url: 'ftp://proxy'", "proxy-url: 'ftp://proxy' is not a proxy, allowed are http://, https:// and socks5:// with a host, and a port where it is not the usual one")]
    [InlineData("proxy-url: 'ftp://me:hush@proxy'", "proxy-url: the value is not a proxy, allowed are http://, https:// and socks5:// with a host, and a port where it is not the usual one")]
    [InlineData("tls_server_name: a", "tls_server_name: the field is not known, it is written 'tls-server-name'")]
    public void A_mistake_of_a_cluster_names_file_entry_field_and_what_is_allowed(string cluster, string expected) =>
        Assert.Equal([$"kubeconfig '/config', cluster 'c', {expected}"], _places.Problems(_places.Kubeconfig(cluster)));

    [Theory]
    [InlineData("api.example.com:6443", "'api.example.com:6443'")]
    [InlineData("ftp://api.example.com", "'ftp://api.example.com'")]
    [InlineData("https://me:hush@api.example.com", "the value")]
    [InlineData("https://api.example.com?a=b", "'https://api.example.com?a=b'")]
    [InlineData("https://fd00::1:6443", "'https://fd00::1:6443'")]
    public void A_server_is_a_plain_url(string server, string shown)
    {
        var question = _places.Kubeconfig();
        _places.Write("config", File.ReadAllText(question.Kubeconfig!).Replace("https://api.example.com:6443", server, StringComparison.Ordinal));

        Assert.Equal(
            [$"kubeconfig '/config', cluster 'c', server: {shown} is not the address of an API server: https://<host>[:<port>][/<path>], an IPv6 address in brackets, without user, query and fragment"],
            _places.Problems(question));
    }

    [Fact]
    public void Nothing_that_proves_who_we_are_goes_over_plain_http()
    {
        var question = _places.Kubeconfig();
        _places.Write("config", File.ReadAllText(question.Kubeconfig!).Replace("https://api.example.com:6443", "http://127.0.0.1:8001", StringComparison.Ordinal));

        Assert.Null(Places.Find(question).Token);
    }

    [Fact]
    public void Certificates_of_both_kinds_of_keys_come_with_their_key()
    {
        var (curve, rsa) = (Pem.Of("curve"), Pem.OfRsa("rsa"));
        _places.Write("rsa.crt", rsa.Certificate);
        _places.Write("rsa.key", rsa.Key);
        using var fromData = Places.Find(_places.Kubeconfig(user: $"client-certificate-data: {curve.CertificateData}, client-key-data: {curve.KeyData}")).ClientCertificate;
        using var fromFiles = Places.Find(_places.Kubeconfig(user: "client-certificate: rsa.crt, client-key: rsa.key")).ClientCertificate;

        using var curveKey = fromData!.GetECDsaPrivateKey();
        using var rsaKey = fromFiles!.GetRSAPrivateKey();
        Assert.NotEmpty(curveKey!.SignData([1, 2, 3], HashAlgorithmName.SHA256));
        Assert.NotEmpty(rsaKey!.SignData([1, 2, 3], HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    [Fact]
    public void A_key_that_does_not_fit_is_told_without_the_key()
    {
        var (one, other) = (Pem.Of("one"), Pem.Of("other"));
        string Only(string user) => Assert.Single(_places.Problems(_places.Kubeconfig(user: user)));
        const string place = "kubeconfig '/config', user 'u', ";

        Assert.Equal(
            place + "client-key: it is not the private key of client-certificate; it has to be RSA or EC in PEM and match",
            Only($"client-certificate-data: {one.CertificateData}, client-key-data: {other.KeyData}"));
        Assert.Equal(
            place + "client-key: it is not the private key of client-certificate; it has to be RSA or EC in PEM and match",
            Only($"client-certificate-data: {one.CertificateData}, client-key-data: {Pem.Data("no key")}"));
        Assert.Equal(
            place + "client-certificate: it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----",
            Only($"client-certificate-data: {Pem.Data("nothing")}, client-key-data: {one.KeyData}"));
        Assert.Equal(
            place + "client-key: it is encrypted, and nobody is there to be asked for its password; it has to be plain PEM",
            Only($"client-certificate-data: {one.CertificateData}, client-key-data: {Pem.Data("-----BEGIN ENCRYPTED PRIVATE KEY-----")}"));
        Assert.Equal(place + "client-certificate: the client-key that belongs to it is missing", Only($"client-certificate-data: {one.CertificateData}"));
        Assert.Equal(place + "client-key: the client-certificate that belongs to it is missing", Only($"client-key-data: {one.KeyData}"));
    }

    [Theory]
    [InlineData("username: me", "username: a user name with a password is not supported, API servers accept none since Kubernetes 1.19; use a token, a client certificate or an exec plugin instead")]
    [InlineData("as: admin", "as: to speak as somebody else (impersonation) is not supported; use a user that has the rights itself")]
    [InlineData("as-groups: [a]", "as-groups: to speak as somebody else (impersonation) is not supported; use a user that has the rights itself")]
    [InlineData("auth-provider: {name: gcp}", "auth-provider: 'gcp' is not supported, authentication providers are deprecated by Kubernetes; use the exec plugin gke-gcloud-auth-plugin instead")]
    [InlineData("tokenfile: /x", "tokenfile: the field is not known, it is written 'tokenFile'")]
    [InlineData("tokenFile: gone", "tokenFile: there is no file '/gone'")]
    [InlineData("token: \"hush\\nhush\"", "token: the token has characters that no token has: allowed are visible ASCII characters without spaces")]
    [InlineData("token: [hush]", "token: it is a list, it has to be a text")]
    public void What_is_refused_of_a_user_is_named_with_what_to_use_instead(string user, string expected) =>
        Assert.Equal([$"kubeconfig '/config', user 'u', {expected}"], _places.Problems(_places.Kubeconfig(user: user)));

    [Fact]
    public void Mistakes_of_cluster_and_user_are_told_together() => Assert.Equal(
        ["kubeconfig '/config', cluster 'c', proxy-url: 'nowhere' is not a proxy, allowed are http://, https:// and socks5:// with a host, and a port where it is not the usual one", .. new[] { "username", "password" }
            .Select(field => $"kubeconfig '/config', user 'u', {field}: a user name with a password is not supported, API servers accept none since Kubernetes 1.19; use a token, a client certificate or an exec plugin instead")],
        _places.Problems(_places.Kubeconfig("proxy-url: nowhere", "username: me, password: hush")));
}
