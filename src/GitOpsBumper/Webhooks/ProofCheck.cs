using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace GitOpsBumper.Webhooks;

/// <summary>Checks what a request shows against the secret. Neither the secret nor its length can be learned from how long that takes.</summary>
internal static class ProofCheck
{
    private const string AudienceLine = "audience=";
    private const string EmailLine = "email=";
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <param name="receiver">Knows how its sender shows that it knows the secret.</param>
    /// <param name="secret">Several on a line each are several secrets: any of them is good, so that one can be replaced while both are in use.</param>
    /// <param name="request">Nothing in it has been believed yet.</param>
    /// <param name="now">That signatures with a time are held against.</param>
    public static ProofResult Check(IWebhookReceiver receiver, string secret, WebhookRequest request, DateTimeOffset now)
    {
        var lines = secret.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var takesTokens = receiver.Proofs.OfType<WebhookProof.GoogleToken>().Any();
        var keys = takesTokens ? lines.Where(line => !IsAboutToken(line)).ToList() : lines;
        if (lines.Count == 0)
            return new ProofResult.Wrong("the secret of this kind of webhook is empty");
        if (receiver.Proofs.Any(proof => keys.Aggregate(false, (good, key) => good | IsGood(proof, key, request, now))))
            return new ProofResult.Good();
        if (takesTokens && keys.Count < lines.Count && AfterScheme(request, Bearer) is { } token)
            return Token(lines, token);
        return new ProofResult.Wrong($"the request does not show that its sender knows the secret; {string.Join(", ", receiver.Proofs.Select(proof => Looked(proof, request)))}");
    }

    /// <summary>Where the sender could show that it knows the secret, for who shows nothing at all.</summary>
    public static string Places(IWebhookReceiver receiver) => string.Join(" or ", receiver.Proofs.Select(proof => proof.Place).Distinct());

    private static bool IsAboutToken(string line) => line.StartsWith(AudienceLine, StringComparison.Ordinal) || line.StartsWith(EmailLine, StringComparison.Ordinal);

    private static ProofResult Token(List<string> lines, string token)
    {
        var audiences = lines.Where(line => line.StartsWith(AudienceLine, StringComparison.Ordinal)).Select(line => line[AudienceLine.Length..].Trim()).ToList();
        var emails = lines.Where(line => line.StartsWith(EmailLine, StringComparison.Ordinal)).Select(line => line[EmailLine.Length..].Trim()).ToList();
        return audiences is [{ Length: > 0 } audience] && emails is [{ Length: > 0 } email]
            ? new ProofResult.GoogleToken(token, audience, email)
            : new ProofResult.Wrong("the secret of this kind of webhook has to have one line with audience= and one with email=, so that a token of Google can be checked");
    }

    private static bool IsGood(WebhookProof proof, string key, WebhookRequest request, DateTimeOffset now) => proof switch
    {
        WebhookProof.StandardSignature => StandardWebhook.IsGood(key, request, now),
        WebhookProof.Signature signature => IsMac(signature, Encoding.UTF8.GetBytes(key), request),
        WebhookProof.HeaderValue header => request.Header(header.Header) is { } value
            && (IsSame(value, key) | (header.Prefix.Length > 0 && value.StartsWith(header.Prefix, StringComparison.OrdinalIgnoreCase) && IsSame(value[header.Prefix.Length..], key))),
        WebhookProof.Parameter parameter => request.Parameter(parameter.Name) is { } value && IsSame(value, key),
        WebhookProof.Password => Password(request) is { } value && IsSame(value, key),
        _ => false,
    };

    /// <summary>Of texts of different lengths only hashes can be compared in a time that says nothing.</summary>
    private static bool IsSame(string value, string key) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(value)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static bool IsMac(WebhookProof.Signature signature, byte[] key, WebhookRequest request)
    {
        if (request.Header(signature.Header) is not { } value || !value.StartsWith(signature.Prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        var expected = Mac(signature.Algorithm, key, request.Body.Span);
        var digits = value.AsSpan(signature.Prefix.Length);
        var given = new byte[expected.Length];
        return digits.Length == expected.Length * 2 && Convert.FromHexString(digits, given, out _, out _) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, expected);
    }

    // SHA-1 is what Nexus signs with, and as a MAC it has not been broken.
#pragma warning disable CA5350
    private static byte[] Mac(MacAlgorithm algorithm, byte[] key, ReadOnlySpan<byte> body) =>
        algorithm == MacAlgorithm.HmacSha1 ? HMACSHA1.HashData(key, body) : HMACSHA256.HashData(key, body);
#pragma warning restore CA5350

    private static string? Password(WebhookRequest request)
    {
        if (AfterScheme(request, Basic) is not { } text)
            return null;
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            return null;
        var credentials = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon + 1 < credentials.Length ? credentials[(colon + 1)..] : null;
    }

    private static string? AfterScheme(WebhookRequest request, string scheme) =>
        request.Header("Authorization") is { } value && value.Length > scheme.Length && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? value[scheme.Length..] : null;

    private static string Looked(WebhookProof proof, WebhookRequest request)
    {
        var place = proof.Place;
        var about = (place.IsParameter ? request.Parameter(place.Name) : request.Header(place.Name)) is null ? $"{place} is missing, empty or there several times" : $"{place} is wrong";
        return proof switch
        {
            WebhookProof.StandardSignature signature =>
                $"{about} (a signature of webhook-id, webhook-timestamp and the body by {Name(signature.Algorithm)} is expected, at most {StandardWebhook.Tolerance.TotalMinutes:0} minutes old)",
            WebhookProof.Signature signature => $"{about} (a signature of the body by {Name(signature.Algorithm)} is expected)",
            WebhookProof.Password => $"{about} (a password by basic authentication is expected)",
            WebhookProof.GoogleToken => $"{about} (a token of Google is expected)",
            _ => about,
        };
    }

    private static string Name(MacAlgorithm algorithm) => algorithm == MacAlgorithm.HmacSha1 ? "HMAC-SHA1" : "HMAC-SHA256";
}
