using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Core.Approvals;

/// <summary>What the bot alone knows, and makes the codes of votes with.</summary>
public sealed class ApprovalKey
{
    /// <summary>In the secret of the bot.</summary>
    public const string Name = "approval.key";

    /// <summary>Shorter ones can be guessed from a code.</summary>
    public const int MinLength = 32;

    private readonly byte[] _key;

    private ApprovalKey(byte[] key) => _key = key;

    public static bool TryParse(Secret secret, [NotNullWhen(true)] out ApprovalKey? key, [NotNullWhen(false)] out string? problem)
    {
        var text = secret.Reveal();
        key = text.Length < MinLength ? null : new ApprovalKey(Encoding.UTF8.GetBytes(text));
        problem = key is null ? $"the key has less than {MinLength} characters, which can be guessed; make one with 'openssl rand -hex 32'" : null;
        return key is not null;
    }

    /// <summary>In hexadecimal digits.</summary>
    internal string CodeOf(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    internal bool IsCodeOf(string text, string code) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(text)), Encoding.ASCII.GetBytes(code));
}
