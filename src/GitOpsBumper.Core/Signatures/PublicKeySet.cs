using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace GitOpsBumper.Core.Signatures;

/// <summary>Public keys, any of which may have signed.</summary>
public sealed class PublicKeySet
{
    public const int MaxCharacters = 64 * 1024;
    public const int MaxKeys = 20;

    private const string Broken = "a part that begins with -----BEGIN is no sound PEM";

    private readonly IReadOnlyList<PublicKey> _keys;

    private PublicKeySet(IReadOnlyList<PublicKey> keys)
    {
        _keys = keys;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData([.. keys.Select(key => key.Fingerprint).Order(StringComparer.Ordinal).SelectMany(Convert.FromHexString)]));
    }

    /// <summary>The same for the same keys, in whatever order and text: 64 hex digits.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads the PEM of one or several keys; what stands around it does not count. The problem never shows the text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PublicKeySet? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var keys = new List<PublicKey>();
        problem = text.Length > MaxCharacters ? $"the text has {text.Length} characters, public keys have at most {MaxCharacters}" : ReadAll(text, keys);
        if (problem is null && keys.Count == 0)
            problem = "there is no public key in PEM, which begins with -----BEGIN PUBLIC KEY-----";
        if (problem is null)
            value = new PublicKeySet(keys);
        return value is not null;
    }

    /// <summary>Whether one of the keys made the signature of the message.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        foreach (var key in _keys)
        {
            if (key.Verify(message, signature))
                return true;
        }

        return false;
    }

    /// <summary>The same for a message of which only the hash is known.</summary>
    public bool VerifySha256(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        foreach (var key in _keys)
        {
            if (key.VerifySha256(hash, signature))
                return true;
        }

        return false;
    }

    private static string? ReadAll(ReadOnlySpan<char> text, List<PublicKey> keys)
    {
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (IsBroken(text[..fields.Location.Start]))
                return Broken;
            if (keys.Count == MaxKeys)
                return $"there are more than {MaxKeys} public keys, which are not read";
            if (!PublicKey.TryRead(text[fields.Label], Convert.FromBase64String(text[fields.Base64Data].ToString()), out var key, out var problem))
                return problem;
            keys.Add(key);
            text = text[fields.Location.End..];
        }

        return IsBroken(text) ? Broken : null;
    }

    /// <summary>A part that is damaged or broken off is passed over when PEM is looked for: better said than left out.</summary>
    private static bool IsBroken(ReadOnlySpan<char> between) => between.Contains("-----BEGIN", StringComparison.Ordinal);
}
