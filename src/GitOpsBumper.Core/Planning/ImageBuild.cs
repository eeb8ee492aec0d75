using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Planning;

/// <summary>What never changes about a manifest digest.</summary>
/// <param name="Digest">Of the index where there is one, else of the manifest.</param>
/// <param name="Platforms">One entry per runnable child of an index; attestations are left out.</param>
public sealed record ImageBuild(Digest Digest, IReadOnlyList<BuiltPlatform> Platforms)
{
    /// <summary>Whether any platform of the image is wanted; with nothing wanted in particular, every image is.</summary>
    public bool RunsOn(IReadOnlyList<Platform> wanted) => wanted.Count == 0 || Platforms.Any(built => IsWanted(built, wanted));

    /// <summary>The newest build among the wanted platforms; null when none of them says when it was built.</summary>
    public DateTimeOffset? CreatedFor(IReadOnlyList<Platform> wanted) =>
        Platforms.Where(built => wanted.Count == 0 || IsWanted(built, wanted)).Max(built => built.Created);

    private static bool IsWanted(BuiltPlatform built, IReadOnlyList<Platform> wanted) => wanted.Any(platform => platform.Accepts(built.Platform));
}

/// <summary>One platform of an image.</summary>
/// <param name="Platform">What it runs on.</param>
/// <param name="Created">As the image's configuration says; null when it does not.</param>
public sealed record BuiltPlatform(Platform Platform, DateTimeOffset? Created);
