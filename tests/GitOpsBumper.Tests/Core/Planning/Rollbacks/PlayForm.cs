using System.Globalization;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>What one row of the law plays with.</summary>
/// <param name="Strategy">Of all images.</param>
/// <param name="PinsDigests">Versions are <c>tag@digest</c>.</param>
/// <param name="Holds"><c>on-rollback: hold</c>.</param>
/// <param name="IsValuesFile">Versions stand in values files; else in override files.</param>
internal sealed record PlayForm(string Strategy, bool PinsDigests, bool Holds, bool IsValuesFile)
{
    /// <summary>What pipelines push has a rank that this divides; what lies between was never pushed.</summary>
    public const int Pushed = 10;

    /// <summary>Only dates tell which version is newer.</summary>
    public bool IsByDate => Strategy == "newest-build";

    public string Tag(int rank) => Strategy switch
    {
        "semver" => $"1.{rank}.0",
        "numerical" => rank.ToString(CultureInfo.InvariantCulture),
        _ => $"b{rank}",
    };

    /// <summary>Of a version with or without digest; below all for none.</summary>
    public static int Rank(string? version) => version is null ? -1 : int.Parse(TagOf(version).TrimStart('b').Split('.') is [_, var minor, _] ? minor : TagOf(version).TrimStart('b'), CultureInfo.InvariantCulture);

    public static bool HasDigest(string? version) => version?.Contains('@', StringComparison.Ordinal) == true;

    public static string TagOf(string version) => version.Split('@')[0];

    /// <summary>Where both have a digest it tells; else the tag does.</summary>
    public static bool AreSame(string? one, string? other) =>
        one is null || other is null ? one == other : (HasDigest(one) && HasDigest(other) ? one.Split('@')[1] == other.Split('@')[1] : TagOf(one) == TagOf(other));
}
