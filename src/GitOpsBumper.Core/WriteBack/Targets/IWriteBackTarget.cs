using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>What the files of one application say of its images, and how they change. One kind for each value of <c>write-back-target</c>. Never changes itself.</summary>
public interface IWriteBackTarget
{
    /// <summary>The file that is written; where there may be several, the folder they are in. It is what trailers name.</summary>
    RepositoryPath Path { get; }

    /// <summary>Why an image can not be written here, whatever its version; null: it can.</summary>
    string? Check(ImagePolicy image);

    /// <summary>What the files say; null: nothing.</summary>
    CurrentValue? Find(ImagePolicy image);

    /// <summary>What the Application itself says, which counts where neither the files nor the cluster say anything; null: nothing.</summary>
    CurrentValue? FindInApplication(ImagePolicy image);

    /// <summary>The version at which a person holds the image by its override parameter; null: nobody does.</summary>
    OverridePin? FindOverride(ImagePolicy image);

    /// <summary>Names the place within <see cref="Path"/> that an image's version is written to, so that others who write the same one are recognised; null: nobody else writes there.</summary>
    string? Slot(ImagePolicy image);

    /// <summary>Whether what a file says matters to what is said here.</summary>
    bool DependsOn(RepositoryPath file);

    /// <summary>Whether a version can be held by an override parameter here; charts render it before the version itself.</summary>
    bool HasOverride(ImagePolicy image);

    /// <summary>The change that writes versions. Pure: from the changed files the same writes change nothing.</summary>
    TargetEdit Write(TargetWrites writes);
}

/// <summary>The value that stands for an image.</summary>
/// <param name="Text">As it is written, even where it is not a version.</param>
/// <param name="Versions">Several where several places say different ones; empty where none can be read.</param>
public sealed record CurrentValue(string Text, IReadOnlyList<ImageVersion> Versions)
{
    /// <summary>Beside the places that say <see cref="Versions"/> there are some that say none.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>What several places say; null when none says anything.</summary>
    /// <param name="places">That say something.</param>
    /// <param name="isOneEmpty">There are others that say nothing.</param>
    public static CurrentValue? Of(IEnumerable<WrittenVersion> places, bool isOneEmpty)
    {
        var all = places.DistinctBy(place => place.Version?.ToString() ?? place.Text).ToList();
        var versions = all.Select(place => place.Version).OfType<ImageVersion>().ToList();
        return all.Count == 0
            ? null
            : new CurrentValue(string.Join(", ", all.Select(place => place.Version?.ToString() ?? place.Text)), versions) { IsIncomplete = versions.Count > 0 && (isOneEmpty || versions.Count < all.Count) };
    }
}

/// <summary>A non-empty <c>overrideTag</c> parameter.</summary>
/// <param name="Value">As written.</param>
/// <param name="Where">Who says it, for people: <c>image.overrideTag in .argocd-source-web.yaml</c>.</param>
/// <param name="IsInApplication">The Application says it and the override file does not: a file that lists parameters would hide it.</param>
public sealed record OverridePin(string Value, string Where, bool IsInApplication)
{
    /// <summary>When it ends by itself, as a comment behind it says; null: when somebody takes it away.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>An override in the files that are written would not be seen below it.</summary>
    public bool HidesFiles { get; init; }
}

/// <summary>What is to be written to the files of one application.</summary>
/// <param name="Images">In the order of the image list; none where files only follow the Application.</param>
public sealed record TargetWrites(IReadOnlyList<ImageWrite> Images)
{
    /// <summary>Override parameters that people hold versions by, or let go of; of images for which <see cref="IWriteBackTarget.HasOverride"/>.</summary>
    public IReadOnlyList<OverrideWrite> Overrides { get; init; } = [];

    /// <summary>An override that the Application itself has must not be hidden by the files.</summary>
    public bool ShowsOverride { get; init; }
}

/// <param name="Image">Whose override parameter.</param>
/// <param name="Value">Null: it is taken away.</param>
/// <param name="Until">When it ends by itself; null: when somebody takes it away.</param>
public sealed record OverrideWrite(ImagePolicy Image, string? Value, DateTimeOffset? Until);

/// <summary>How files change.</summary>
/// <param name="Changes">Of different files; empty when all stay as they are.</param>
public sealed record TargetEdit(IReadOnlyList<FileChange> Changes)
{
    /// <summary>Sentences about what else the change does.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why nothing can be written at all; null: it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Why single images are not written, while the others are.</summary>
    public IReadOnlyDictionary<ImagePolicy, string> Failures { get; init; } = new Dictionary<ImagePolicy, string>(ReferenceEqualityComparer.Instance);

    public static TargetEdit None { get; } = new([]);

    /// <summary>Of one file; none when it stays as it is.</summary>
    public static TargetEdit Of(RepositoryPath path, string? before, string after) => after == (before ?? "") ? None : new TargetEdit([new FileChange(path, before, after)]);

    /// <summary>The images that are in the way of something, with what it is: they fail alone.</summary>
    public static IReadOnlyDictionary<ImagePolicy, string> Refused(IEnumerable<ImageWrite> writes, Func<ImagePolicy, string?> check)
    {
        var refused = new Dictionary<ImagePolicy, string>(ReferenceEqualityComparer.Instance);
        foreach (var write in writes)
        {
            if (check(write.Image) is { } problem)
                refused[write.Image] = problem;
        }

        return refused;
    }

    public static TargetEdit Failed(string problem) => new([]) { Problem = problem };
}
