using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GitOpsBumper.Webhooks;

/// <summary>
/// The signatures of Standard Webhooks: the MAC of id, time and body, so that a delivery that somebody has overheard cannot be sent again later. Several are
/// there while the sender's key is being replaced; one of them has to be right.
/// </summary>
/// <seealso href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"/>
internal static class StandardWebhook
{
    public const string SignatureHeader = "webhook-signature";
    public const string Version = "v1,";

    private const string IdHeader = "webhook-id";
    private const string TimeHeader = "webhook-timestamp";
    private const string KeyPrefix = "whsec_";

    /// <summary>That the specification allows, in bytes. An empty key would be everybody's.</summary>
    private const int ShortestKey = 24;

    private const int LongestKey = 64;

    private const int MaxSignatures = 10;

    /// <summary>Each way, as clocks differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="secret">As the sender shows it to whoever sets it up.</param>
    /// <param name="request">Nothing in it has been believed yet.</param>
    /// <param name="now">Of our clock.</param>
    public static bool IsGood(string secret, WebhookRequest request, DateTimeOffset now)
    {
        if (!TryReadKey(secret, out var key) || request.Header(SignatureHeader) is not { } shown || request.Header(IdHeader) is not { } id || request.Header(TimeHeader) is not { } stamp)
            return false;
        // With a full stop in it, an id could pass for another id and another time.
        if (id.Contains('.', StringComparison.Ordinal) || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
            return false;
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{stamp}."));
        mac.AppendData(request.Body.Span);
        var expected = mac.GetHashAndReset();
        return shown.Split(' ', MaxSignatures + 1).Take(MaxSignatures).Aggregate(false, (good, each) => good | IsSame(each, expected));
    }

    private static bool IsSame(string shown, byte[] expected)
    {
        var given = new byte[expected.Length];
        return shown.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(shown[Version.Length..], given, out var length) && length == expected.Length
            && CryptographicOperations.FixedTimeEquals(given, expected);
    }

    private static bool TryReadKey(string secret, out byte[] key)
    {
        key = [];
        if (!secret.StartsWith(KeyPrefix, StringComparison.Ordinal) || !Base64.IsValid(secret.AsSpan(KeyPrefix.Length), out var length) || length is < ShortestKey or > LongestKey)
            return false;
        key = Convert.FromBase64String(secret[KeyPrefix.Length..]);
        return true;
    }
}
