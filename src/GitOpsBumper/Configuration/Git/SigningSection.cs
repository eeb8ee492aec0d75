using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Git.Signing;

namespace GitOpsBumper.Configuration.Git;

/// <summary>What kind of signature a commit gets.</summary>
internal enum SigningMethod
{
    OpenPgp,
    Ssh,
}

/// <summary>That commits are signed, and with what.</summary>
/// <param name="Key">A path, or what gpg finds a key by.</param>
/// <param name="Origin">Of the key, as messages call it.</param>
internal sealed record SigningSection(SigningMethod Method, string Key, string Origin)
{
    private const int MaxFileBytes = 1024 * 1024;

    /// <summary>The key as it is now: a file may have changed since it was last read.</summary>
    /// <param name="key">Whole, without a passphrase as far as that shows.</param>
    /// <param name="problem">A sentence that names the setting, and repeats nothing of the file.</param>
    public bool TryRead([NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        problem = null;
        if (Method == SigningMethod.OpenPgp && SigningKey.IsId(Key))
            key = new SigningKey.OpenPgpId(Key);
        else if (!File.Exists(Key))
            problem = $"'{Key}' does not exist or is not a file; allowed is {(Method == SigningMethod.Ssh ? "the path of a private key for ssh" : "the path of an exported secret key, or its id or fingerprint in 8 to 64 hex digits")}";
        else if (new FileInfo(Key).Length > MaxFileBytes)
            problem = $"'{Key}' has {new FileInfo(Key).Length} bytes, a key has at most {MaxFileBytes}";
        else if (SettingsText.TryRead(Key, out var text, out problem) && !(Method == SigningMethod.Ssh ? SigningKey.TryParseSsh(text, out key, out var wrong) : SigningKey.TryParseOpenPgp(text, out key, out wrong)))
            problem = $"'{Key}' {wrong}";
        if (problem is not null)
            problem = $"{Origin}: {problem}";
        return key is not null;
    }
}
