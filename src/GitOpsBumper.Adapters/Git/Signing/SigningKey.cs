using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Git.Ssh;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>What commits are signed with. Two with the same text are the same key. Prints nothing that is secret.</summary>
public abstract record SigningKey
{
    private const string ArmourBegin = "-----BEGIN PGP PRIVATE KEY BLOCK-----";
    private const string ArmourEnd = "-----END PGP PRIVATE KEY BLOCK-----";
    private const int LeastDigits = 8;
    private const int MostDigits = 64;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private SigningKey()
    {
    }

    /// <summary>A key file of ssh.</summary>
    public sealed record Ssh(SshPrivateKey Key) : SigningKey
    {
        public override string ToString() => "***";
    }

    /// <summary>A secret key as gpg exports it in ASCII.</summary>
    public sealed record OpenPgp : SigningKey
    {
        internal OpenPgp(string armour) => Armour = armour;

        internal string Armour { get; }

        public override string ToString() => "***";
    }

    /// <summary>A key that gpg has in its own folder.</summary>
    /// <param name="Id">As <see cref="IsId"/> allows.</param>
    public sealed record OpenPgpId(string Id) : SigningKey
    {
        public override string ToString() => Id;
    }

    /// <summary>Whether gpg would take it for an id or a fingerprint: hex digits, perhaps <c>0x</c> before them, and <c>!</c> behind them for just this subkey.</summary>
    public static bool IsId(string text)
    {
        var digits = text.AsSpan();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        if (digits.EndsWith("!"))
            digits = digits[..^1];
        return digits.Length is >= LeastDigits and <= MostDigits && !digits.ContainsAnyExcept(HexDigits);
    }

    /// <param name="text">Of a key file.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">What is wrong, to follow the name of the file. Repeats nothing of the text.</param>
    public static bool TryParseSsh(string text, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? problem)
    {
        key = SshPrivateKey.TryParse(text, out var value, out problem) ? new Ssh(value) : null;
        return key is not null;
    }

    /// <summary>Whether there is a passphrase and how many keys there are only gpg knows.</summary>
    /// <param name="text">Of an exported key.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">What is wrong, to follow the name of the file. Repeats nothing of the text.</param>
    public static bool TryParseOpenPgp(string text, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? problem)
    {
        var armour = text.Trim().ReplaceLineEndings("\n");
        problem = null;
        if (armour.StartsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----", StringComparison.Ordinal))
            problem = "is a public key; the secret one is needed, which 'gpg --armor --export-secret-keys <id>' prints";
        else if (!armour.StartsWith(ArmourBegin, StringComparison.Ordinal))
            problem = $"is no secret key in ASCII: it does not begin with {ArmourBegin}, as what 'gpg --armor --export-secret-keys <id>' prints";
        else if (!armour.EndsWith(ArmourEnd, StringComparison.Ordinal))
            problem = $"is cut short: it does not end with {ArmourEnd}";
        key = problem is null ? new OpenPgp(armour + "\n") : null;
        return key is not null;
    }
}
