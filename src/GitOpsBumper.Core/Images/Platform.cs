using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Images;

/// <summary>An operating system and architecture that an image is built for, written <c>os/arch[/variant]</c>.</summary>
/// <param name="Os">As <c>GOOS</c>, lower case.</param>
/// <param name="Architecture">As <c>GOARCH</c>, lower case; <c>x86_64</c>, <c>aarch64</c> and the like are stored under Go's name.</param>
/// <param name="Variant">For example <c>v7</c>; null when none is given.</param>
/// <seealso href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md"/>
public sealed record Platform(string Os, string Architecture, string? Variant)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out Platform? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var parts = text.Split('/');
        if (parts.Length is < 2 or > 3 || parts.Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
        {
            problem = $"platform '{Shortened.Text(text)}' is not os/arch or os/arch/variant, for example linux/amd64 or linux/arm/v7";
            return false;
        }

        value = Create(parts[0], parts[1], parts.Length == 3 ? parts[2] : null);
        return true;
    }

    /// <summary>Normalises what image configs and indexes say; an empty variant is none, and <c>v8</c> of arm64 is the default.</summary>
    public static Platform Create(string os, string architecture, string? variant)
    {
        var arch = architecture.ToLowerInvariant() switch
        {
            "x86_64" or "x86-64" => "amd64",
            "aarch64" => "arm64",
            "i386" => "386",
            "armhf" => "arm",
            var other => other,
        };
        var normalVariant = string.IsNullOrEmpty(variant) ? null : variant.ToLowerInvariant();
        if (arch == "arm64" && normalVariant is "v8")
            normalVariant = null;
        return new Platform(os.ToLowerInvariant(), arch, normalVariant);
    }

    /// <summary>Whether an image built for <paramref name="image"/> is wanted where this platform is asked for: without a variant every variant is.</summary>
    public bool Accepts(Platform image) =>
        Os == image.Os && Architecture == image.Architecture && (Variant is null || Variant == image.Variant);

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
