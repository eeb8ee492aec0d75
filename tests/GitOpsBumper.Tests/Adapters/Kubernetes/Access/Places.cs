using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Access;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Access;

/// <summary>The places where a cluster is looked for, all in a folder of the test's own.</summary>
internal sealed class Places : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Places() => Variables = new(StringComparer.Ordinal) { ["HOME"] = In("home"), ["PATH"] = $"{In("bin")}:/usr/bin:/bin" };

    public Dictionary<string, string> Variables { get; }

    public HeldTime Time { get; } = new();

    public string ServiceAccount => In("serviceaccount");

    /// <summary>Nothing is given on the command line.</summary>
    public KubernetesAccessQuestion Question => new(name => Variables.GetValueOrDefault(name), Time) { ServiceAccountFolder = ServiceAccount };

    public string In(string name) => Path.Combine(_folder.Path, name);

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>A program, here a shell script.</summary>
    public string WriteProgram(string name, string script)
    {
        var file = Write(name, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    /// <summary>Makes this look like a pod.</summary>
    public void BecomePod(string token = "pod-token")
    {
        Variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        Variables["KUBERNETES_SERVICE_PORT"] = "443";
        Write("serviceaccount/token", token + "\n");
        Write("serviceaccount/ca.crt", Pem.Of("pod").Certificate);
        Write("serviceaccount/namespace", "bumper\n");
    }

    /// <summary>A kubeconfig with the one context <c>only</c>, as <c>--kubeconfig</c> names it.</summary>
    /// <param name="cluster">Fields besides the server, in flow style.</param>
    /// <param name="user">All fields, in flow style.</param>
    public KubernetesAccessQuestion Kubeconfig(string cluster = "", string user = "token: t") => Question with
    {
        Kubeconfig = Write("config", $$"""
            apiVersion: v1
            kind: Config
            current-context: only
            clusters:
            - name: c
              cluster: { server: "https://api.example.com:6443"{{(cluster.Length == 0 ? "" : ", ")}}{{cluster}} }
            users:
            - name: u
              user: { {{user}} }
            contexts:
            - name: only
              context: { cluster: c, user: u }
            """),
    };

    public static KubernetesAccess Find(KubernetesAccessQuestion question)
    {
        Assert.True(KubernetesAccessFinder.TryFind(question, out var access, out var problems), string.Join('\n', problems));
        Assert.Empty(problems);
        return access;
    }

    /// <summary>What is wrong, without the folder of the test.</summary>
    public IReadOnlyList<string> Problems(KubernetesAccessQuestion question)
    {
        Assert.False(KubernetesAccessFinder.TryFind(question, out var access, out var problems));
        Assert.Null(access);
        return [.. problems.Select(problem => problem.Replace(_folder.Path, "", StringComparison.Ordinal))];
    }

    public static async Task<string?> TokenAsync(KubernetesAccess access, bool renew = false)
    {
        Assert.NotNull(access.Token);
        return await access.Token.GetAsync(renew, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>A certificate that signs itself, and its key.</summary>
internal sealed record Pem(string Certificate, string Key)
{
    public string CertificateData => Data(Certificate);

    public string KeyData => Data(Key);

    public static Pem Of(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256));
        return new Pem(certificate.ExportCertificatePem(), key.ExportECPrivateKeyPem());
    }

    public static Pem OfRsa(string name)
    {
        using var key = RSA.Create(2048);
        using var certificate = Sign(new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return new Pem(certificate.ExportCertificatePem(), key.ExportRSAPrivateKeyPem());
    }

    public static string Data(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static X509Certificate2 Sign(CertificateRequest request) =>
        request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2046, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
