using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Versions;

/// <summary>
/// A semantic version, read as loosely as <c>NewVersion</c> of Masterminds/semver v3 does, for which existing annotations were written: an optional <c>v</c>,
/// one to three unsigned 64-bit numbers (leading zeros are fine), pre-release and build metadata. A short commit hash that happens to have digits alone,
/// such as <c>1234567</c>, is therefore a version with a very high major; a constraint or <c>allow-tags</c> keeps it out.
/// </summary>
/// <remarks>
/// Equality is that of precedence: <c>1.20</c>, <c>v1.20.0</c> and <c>1.20.0+build5</c> are equal. Numeric pre-release identifiers are compared as numbers of any
/// size (clause 11 of SemVer), where Masterminds falls back to text above 64 bits.
/// </remarks>
/// <seealso href="https://semver.org/spec/v2.0.0.html#spec-item-11"/>
public sealed class SemVer : IComparable<SemVer>, IEquatable<SemVer>
{
    private readonly SemVerKey _key;

    private SemVer(string original, in SemVerKey key)
    {
        Original = original;
        _key = key;
    }

    public ulong Major => _key.Major;

    public ulong Minor => _key.Minor;

    public ulong Patch => _key.Patch;

    /// <summary>Without the dash; empty when there is none.</summary>
    public string Prerelease => _key.Prerelease.ToString();

    /// <summary>Without the plus; empty when there is none. Tags have none, for they may not contain a plus.</summary>
    public string Metadata => Original[_key.MetadataStart..];

    /// <summary>The text it was read from.</summary>
    public string Original { get; }

    internal ref readonly SemVerKey Key => ref _key;

    public static bool TryParse(string text, [NotNullWhen(true)] out SemVer? value)
    {
        value = SemVerKey.TryParse(text, out var key) ? new SemVer(text, key) : null;
        return value is not null;
    }

    public int CompareTo(SemVer? other) => other is null ? 1 : SemVerKey.Compare(_key, other._key);

    public bool Equals(SemVer? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as SemVer);

    public override int GetHashCode() => HashCode.Combine(Major, Minor, Patch, string.GetHashCode(_key.Prerelease, StringComparison.Ordinal));

    /// <summary>The text it was read from.</summary>
    public override string ToString() => Original;

    public static bool operator ==(SemVer? left, SemVer? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(SemVer? left, SemVer? right) => !(left == right);

    public static bool operator <(SemVer? left, SemVer? right) => left is null ? right is not null : left.CompareTo(right) < 0;

    public static bool operator >(SemVer? left, SemVer? right) => right < left;

    public static bool operator <=(SemVer? left, SemVer? right) => !(right < left);

    public static bool operator >=(SemVer? left, SemVer? right) => !(left < right);
}
