using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api.Serving;

/// <summary>
/// The certificate that the port shows: <c>tls.crt</c> and <c>tls.key</c> of a folder, read anew when they have changed; without them one that is made up. While
/// the files are wrong the last good one stays.
/// </summary>
/// <param name="folder">Of the files.</param>
/// <param name="podNamespace">Where the Service of the manifests is; null: there is none.</param>
/// <param name="time">For how long files are believed, and from when a certificate is good.</param>
/// <param name="logger">Is told which one is shown.</param>
internal sealed partial class ServerCertificate(string folder, string? podNamespace, TimeProvider time, ILogger logger)
{
    private const int MaxBytes = 256 * 1024;

    /// <summary>Of the manifests.</summary>
    private const string Service = "gitops-bumper-webhook";

    /// <summary>Files are looked at so often at most, and only when somebody connects.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MadeUpLasts = TimeSpan.FromDays(365);

    private readonly Lock _gate = new();
    private Shown? _shown;
    private string? _trouble;
    private long _looked;

    /// <summary>As it is now.</summary>
    public Shown Current
    {
        get
        {
            lock (_gate)
            {
                if (_shown is null || time.GetElapsedTime(_looked) >= Fresh)
                {
                    Look();
                    _looked = time.GetTimestamp();
                }

                return _shown!;
            }
        }
    }

    private void Look()
    {
        var (certificate, key) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        try
        {
            if (!File.Exists(certificate) && !File.Exists(key))
            {
                if (_shown is null)
                {
                    _shown = MakeUp();
                    Log.MadeUp(logger, folder);
                }

                return;
            }

            var texts = (Read(certificate), Read(key));
            if (_shown?.From == texts)
                return;
            _shown = Open(texts.Item1, texts.Item2);
            _trouble = null;
            Log.Loaded(logger, certificate, _shown.Leaf.Subject, _shown.Leaf.NotAfter.ToUniversalTime());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            if (_trouble != failure.Message)
                Log.Wrong(logger, folder, failure.Message);
            _trouble = failure.Message;
            _shown ??= MakeUp();
        }
    }

    private static string Read(string path) =>
        new FileInfo(path) is { Exists: true, Length: > MaxBytes } ? throw new IOException($"'{path}' is larger than {MaxBytes} bytes") : File.ReadAllText(path);

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Connections use it as long as they like.")]
    private static Shown Open(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        var leaf = X509Certificate2.CreateFromPem(certificate, key);
        return new Shown(leaf, SslStreamCertificateContext.Create(leaf, chain, offline: true), (certificate, key));
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Connections use it as long as they like.")]
    private Shown MakeUp()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gitops-bumper", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("gitops-bumper");
        names.AddDnsName("localhost");
        if (podNamespace is not null)
        {
            foreach (var name in new[] { Service, $"{Service}.{podNamespace}", $"{Service}.{podNamespace}.svc" })
                names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        var leaf = request.CreateSelfSigned(now.AddMinutes(-5), now + MadeUpLasts);
        return new Shown(leaf, SslStreamCertificateContext.Create(leaf, null, offline: true), null);
    }

    /// <param name="Leaf">Its own.</param>
    /// <param name="Context">With the chain that clients get.</param>
    /// <param name="From">The texts of the files; null: made up.</param>
    internal sealed record Shown(X509Certificate2 Leaf, SslStreamCertificateContext Context, (string Certificate, string Key)? From)
    {
        /// <summary>By which replicas know each other.</summary>
        public string Fingerprint { get; } = Leaf.GetCertHashString(HashAlgorithmName.SHA256);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "There is no tls.crt in {Folder}: webhooks and the API are served with a certificate that is made up and that nobody can verify.")]
        public static partial void MadeUp(ILogger logger, string folder);

        [LoggerMessage(LogLevel.Information, "Webhooks and the API are served with the certificate {File} of {Subject}, valid until {End:u}.")]
        public static partial void Loaded(ILogger logger, string file, string subject, DateTime end);

        [LoggerMessage(LogLevel.Error, "The certificate in {Folder} cannot be used, and the one before stays in use: {Reason}")]
        public static partial void Wrong(ILogger logger, string folder, string reason);
    }
}
