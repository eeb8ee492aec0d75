using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GitOpsBumper.Adapters.Git.Ssh;

/// <summary>A private key that ssh can use without asking anybody: in OpenSSH's own form or in PEM, without a passphrase. Prints as <c>***</c>.</summary>
/// <seealso href="https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key"/>
public sealed record SshPrivateKey
{
    /// <summary>Of its text; the longest that anybody uses have a quarter of it.</summary>
    public const int MaxLength = 64 * 1024;

    private const string Begin = "-----BEGIN ";
    private const string PrivateKey = "PRIVATE KEY-----";

    private SshPrivateKey(string text) => Text = text;

    /// <summary>With plain line ends and one at its end, without which ssh does not read it.</summary>
    internal string Text { get; }

    /// <param name="text">As it stands in a secret.</param>
    /// <param name="value">The key.</param>
    /// <param name="problem">What is wrong, to follow the name of the field. Repeats nothing of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SshPrivateKey? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var key = text.Trim().ReplaceLineEndings("\n");
        problem = key.Length > MaxLength ? $"has {key.Length} characters, a key has at most {MaxLength}" : Check(key);
        if (problem is null)
            value = new SshPrivateKey(key + "\n");
        return problem is null;
    }

    public override string ToString() => "***";

    private static string? Check(string key)
    {
        if (key.StartsWith("PuTTY-User-Key-File", StringComparison.Ordinal))
            return "is a key of PuTTY; 'puttygen key.ppk -O private-openssh' writes one that ssh reads";
        if (key.StartsWith("ssh-", StringComparison.Ordinal) || key.StartsWith("ecdsa-", StringComparison.Ordinal) || key.StartsWith("sk-", StringComparison.Ordinal))
            return "is a public key; the private one is needed, which begins with -----BEGIN";
        var lines = key.Split('\n').Select(line => line.Trim()).ToList();
        var kind = lines[0].StartsWith(Begin, StringComparison.Ordinal) && lines[0].EndsWith(PrivateKey, StringComparison.Ordinal)
            ? lines[0][Begin.Length..^PrivateKey.Length].Trim()
            : null;
        if (kind is null or not ("OPENSSH" or "RSA" or "EC" or "DSA" or "" or "ENCRYPTED") || key.Any(c => char.IsControl(c) && c is not '\n' and not '\t'))
            return "is no private key; it begins with a line such as -----BEGIN OPENSSH PRIVATE KEY-----";
        if (lines.Count < 3 || lines[^1] != lines[0].Replace("BEGIN", "END", StringComparison.Ordinal))
            return "is cut short: its last line is not the -----END that belongs to its first";
        var isLocked = kind == "ENCRYPTED" || lines.Any(line => line.StartsWith("Proc-Type:", StringComparison.OrdinalIgnoreCase) && line.Contains("ENCRYPTED", StringComparison.OrdinalIgnoreCase));
        if (kind == "OPENSSH")
        {
            if (CipherOf(string.Concat(lines[1..^1])) is not { } cipher)
                return "is no private key, though its first line says so: what follows is not what OpenSSH writes";
            isLocked = cipher != "none";
        }

        return isLocked ? "has a passphrase, which nobody is there to type; a key without one is needed ('ssh-keygen -p -N \"\" -f key' removes it)" : null;
    }

    /// <summary>The name of the cipher that a key in OpenSSH's form is locked with, <c>none</c> for one that is not; null when it has no such form.</summary>
    private static string? CipherOf(string base64)
    {
        var bytes = new byte[base64.Length];
        var magic = "openssh-key-v1\0"u8;
        if (!Convert.TryFromBase64String(base64, bytes, out var count) || !bytes.AsSpan(0, count).StartsWith(magic) || count < magic.Length + 4)
            return null;
        var rest = bytes.AsSpan(magic.Length, count - magic.Length);
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        return length <= rest.Length - 4 ? Encoding.ASCII.GetString(rest.Slice(4, (int)length)) : null;
    }
}
