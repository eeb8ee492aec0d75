using System.Net;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Registries.Signatures;

/// <summary>
/// Looks for a signature by one of the keys, among what refers to the image and then under the tag where cosign 1 and 2 keep signatures. It ends at the
/// first one that is good; what is wrong with the others is told only when there is none.
/// </summary>
internal sealed class SignatureReader(SignatureQuestion question, PublicKeySet keys)
{
    private readonly Dictionary<Digest, ReadOnlyMemory<byte>?> _blobs = [];
    private readonly List<string> _reasons = [];
    private int _left;
    private bool _hasMore;

    /// <exception cref="RegistryException">Something could not be asked that may have been a good signature, or the answer is nonsense.</exception>
    public async Task<SignatureVerdict> VerifyAsync(CancellationToken cancellationToken)
    {
        if (question.Digest.Algorithm != "sha256")
            return SignatureVerdict.CannotBeSigned(question.Digest);
        var referrers = await ReferrerLister.ListAsync(question, cancellationToken);
        _left = ImageSignature.MaxCount;
        _hasMore = referrers.Count > ImageSignature.MaxCount;
        foreach (var referrer in referrers.Take(ImageSignature.MaxCount))
        {
            if (await VerifyAsync($"{referrer.Digest}", isOneOfMany: true, cancellationToken))
                return SignatureVerdict.Signed;
        }

        // Each place has as many: whoever fills one of them does not close the other.
        _left = ImageSignature.MaxCount;
        if (await VerifyAsync($"{question.Digest.Algorithm}-{question.Digest.Hex}.sig", isOneOfMany: false, cancellationToken))
            return SignatureVerdict.Signed;
        return SignatureVerdict.Unsigned(_reasons, _hasMore);
    }

    /// <summary>Every signature of one manifest.</summary>
    private async Task<bool> VerifyAsync(string reference, bool isOneOfMany, CancellationToken cancellationToken)
    {
        var ask = question.Ask($"manifests/{reference}", RequestKind.Manifest, SignatureManifest.Accept);
        var reply = await question.Connection.SendAsync(ask, cancellationToken);
        if (reply.Status == HttpStatusCode.NotFound)
            return false;
        if (reply.Status != HttpStatusCode.OK)
            throw RegistryFailures.Refused(ask, reply);
        ManifestSource.DigestOf(ask, reply, reference);
        if (!SignatureManifest.TryRead(reply.Body, out var layers))
        {
            if (!isOneOfMany)
                throw RegistryFailures.Unusable(ask, reply.Url, "sent something that is no manifest of signatures");
            // Whoever may push something that refers to an image must not thereby close it to its signatures.
            _reasons.Add("is no manifest of signatures");
            return false;
        }

        foreach (var layer in layers)
        {
            if (_left-- == 0)
            {
                _left = 0;
                _hasMore = true;
                return false;
            }

            if (await CheckAsync(layer, cancellationToken) is not { } reason)
                return true;
            _reasons.Add(reason);
        }

        return false;
    }

    private async Task<string?> CheckAsync(SignatureLayer layer, CancellationToken cancellationToken)
    {
        if (layer.Size > ImageSignature.MaxBytes)
            return $"has a payload of {layer.Size} bytes, at most {ImageSignature.MaxBytes} are read";
        // Signatures of several people are usually of the same payload.
        if (!_blobs.TryGetValue(layer.Blob, out var blob))
            _blobs[layer.Blob] = blob = await ReadAsync(layer.Blob, cancellationToken);
        if (blob is not { } content)
            return "has lost its payload";
        ImageSignature signature = layer.Base64 is { } base64 ? new SimpleSignature(content, base64, layer.HasCertificate) : new SigstoreBundle(content);
        return signature.Check(question.Digest, keys);
    }

    /// <summary>Null when the registry does not have it.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(Digest blob, CancellationToken cancellationToken)
    {
        var ask = question.Ask($"blobs/{blob}", RequestKind.Signature);
        var reply = await question.Connection.SendAsync(ask, cancellationToken);
        if (reply.Status == HttpStatusCode.NotFound)
            return null;
        if (reply.Status != HttpStatusCode.OK)
            throw RegistryFailures.Refused(ask, reply);
        return ContentDigest.Matches(reply.Body.Span, blob) ? reply.Body : throw RegistryFailures.Unusable(ask, reply.Url, "sent something else than the digest names");
    }
}
