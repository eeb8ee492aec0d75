using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Signatures;

/// <summary>One signature as it was found beside an image. What it says is believed only after <see cref="Check"/>.</summary>
public abstract record ImageSignature
{
    /// <summary>Of a payload or bundle.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>More of one image are not looked at.</summary>
    public const int MaxCount = 50;

    private protected ImageSignature()
    {
    }

    /// <summary>Null when one of the keys signed exactly this digest; otherwise why it does not count, to be read after <c>the signature</c>.</summary>
    public abstract string? Check(Digest digest, PublicKeySet keys);
}
