using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>A target some images of which can not be written, as only the repository told.</summary>
/// <param name="inner">The target itself.</param>
/// <param name="wrong">The images, with the reason.</param>
internal sealed class CheckedTarget(IWriteBackTarget inner, IReadOnlyDictionary<ImagePolicy, IReadOnlyList<string>> wrong) : IWriteBackTarget
{
    public RepositoryPath Path => inner.Path;

    public string? Check(ImagePolicy image) => wrong.TryGetValue(image, out var reasons) ? string.Join("; ", reasons) : inner.Check(image);

    public CurrentValue? Find(ImagePolicy image) => inner.Find(image);

    public CurrentValue? FindInApplication(ImagePolicy image) => inner.FindInApplication(image);

    public OverridePin? FindOverride(ImagePolicy image) => inner.FindOverride(image);

    public string? Slot(ImagePolicy image) => inner.Slot(image);

    public bool DependsOn(RepositoryPath file) => inner.DependsOn(file);

    public bool HasOverride(ImagePolicy image) => inner.HasOverride(image);

    public TargetEdit Write(TargetWrites writes) => inner.Write(writes);
}
