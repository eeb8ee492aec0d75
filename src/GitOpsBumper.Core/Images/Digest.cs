using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Images;

/// <summary>The content address of a manifest: <c>sha256:</c> and 64 hex digits, or <c>sha512:</c> and 128.</summary>
/// <seealso href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests"/>
public sealed record Digest
{
    private Digest(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    public string Algorithm { get; }

    /// <summary>Lower case.</summary>
    public string Hex { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out Digest? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            problem = $"digest '{Shortened.Text(text)}' has no algorithm, a digest looks like sha256:<64 hex digits>";
            return false;
        }

        var algorithm = text[..colon];
        var hex = text[(colon + 1)..];
        var length = algorithm switch { "sha256" => 64, "sha512" => 128, _ => 0 };
        if (length == 0)
            problem = $"digest '{Shortened.Text(text)}' has algorithm '{Shortened.Text(algorithm)}', allowed are sha256 and sha512";
        else if (hex.Length != length)
            problem = $"digest '{Shortened.Text(text)}' has {hex.Length} hex digits, {algorithm} has {length}";
        else if (!hex.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
            problem = $"digest '{Shortened.Text(text)}' has characters other than 0-9 and a-f after '{Shortened.Text(algorithm)}:'";
        else
            problem = null;
        if (problem is not null)
            return false;
        value = new Digest(algorithm, hex);
        return true;
    }

    public override string ToString() => $"{Algorithm}:{Hex}";
}
