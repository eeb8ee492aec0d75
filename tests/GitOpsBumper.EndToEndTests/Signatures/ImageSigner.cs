using System.Text;
using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Signatures;

/// <summary>
/// Somebody who signs images, with a key made by the openssl command line: the systems that this is tested on have no package of cosign. What is signed and where it
/// is put is byte for byte what <c>cosign sign --key</c> does.
/// </summary>
internal sealed class ImageSigner : IDisposable
{
    private readonly ScratchFolder _folder = new("gob-signer-");

    private ImageSigner()
    {
    }

    public string PublicPem { get; private set; } = "";

    /// <exception cref="ServerMissingException">openssl is not installed.</exception>
    public static async Task<ImageSigner> CreateAsync(bool rsa, CancellationToken token)
    {
        var signer = new ImageSigner();
        var kind = rsa ? new[] { "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048" } : ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
        await signer.OpensslAsync(["genpkey", .. kind, "-out", "key.pem"], token);
        await signer.OpensslAsync(["pkey", "-in", "key.pem", "-pubout", "-out", "key.pub"], token);
        signer.PublicPem = await File.ReadAllTextAsync(signer._folder.File("key.pub"), token);
        return signer;
    }

    /// <summary>As cosign 2 does, under the tag of signatures.</summary>
    public static async Task SignAsync(DockerRegistry registry, string repository, Digest image, CancellationToken token, params ImageSigner[] signers)
    {
        var payload = Encoding.UTF8.GetBytes(
            $$$"""{"critical":{"identity":{"docker-reference":"{{{registry.Host}}}/{{{repository}}}"},"image":{"docker-manifest-digest":"{{{image}}}"},"type":"cosign container image signature"},"optional":null}""");
        var signatures = new List<KeyValuePair<byte[], string?>>();
        foreach (var signer in signers)
            signatures.Add(new(payload, await signer.SignAsync(payload, token)));
        await registry.Images.PushSignaturesAsync(repository, $"{image.Algorithm}-{image.Hex}.sig", "application/vnd.dev.cosign.simplesigning.v1+json", signatures, token);
    }

    /// <summary>As cosign 3 does, with a bundle that refers to the image.</summary>
    public async Task SignBundleAsync(DockerRegistry registry, string repository, Digest image, CancellationToken token)
    {
        const string Type = "application/vnd.in-toto+json";
        const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
        var statement = $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{{image.Hex}}}"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}""";
        var signature = await SignAsync(Encoding.UTF8.GetBytes($"DSSEv1 {Type.Length} {Type} {statement.Length} {statement}"), token);
        var bundle = Encoding.UTF8.GetBytes($$$"""
            {"mediaType":"{{{BundleType}}}","verificationMaterial":{"publicKey":{"hint":"x"}},
             "dsseEnvelope":{"payload":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(statement))}}}","payloadType":"{{{Type}}}","signatures":[{"sig":"{{{signature}}}"}]}}
            """);
        var manifest = await registry.Images.PushSignaturesAsync(repository, "", BundleType, [new(bundle, null)], token);
        await registry.Images.PushReferrersAsync(repository, image, BundleType, manifest, token);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> SignAsync(byte[] message, CancellationToken token)
    {
        await File.WriteAllBytesAsync(_folder.File("message"), message, token);
        await OpensslAsync(["dgst", "-sha256", "-sign", "key.pem", "-out", "signature", "message"], token);
        return Convert.ToBase64String(await File.ReadAllBytesAsync(_folder.File("signature"), token));
    }

    private async Task OpensslAsync(IReadOnlyList<string> arguments, CancellationToken token)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = _folder.Path, ["PATH"] = "/usr/bin:/bin" };
        await ChildProcess.RunAsync(Executable.Require("openssl", "openssl"), arguments, new RunOptions { WorkingDirectory = _folder.Path, Environment = environment }, token);
    }
}
