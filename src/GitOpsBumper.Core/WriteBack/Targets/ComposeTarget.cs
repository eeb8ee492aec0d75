using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.WriteBack.Compose;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>The images of services in a compose file.</summary>
public sealed class ComposeTarget : IWriteBackTarget
{
    private readonly ComposeFile _file;

    private ComposeTarget(RepositoryPath path, ComposeFile file)
    {
        Path = path;
        _file = file;
    }

    public RepositoryPath Path { get; }

    /// <param name="path">Of the file.</param>
    /// <param name="text">Null when there is none, which is a problem.</param>
    /// <param name="target">What it says.</param>
    /// <param name="problem">A sentence with file and line.</param>
    public static bool TryOpen(RepositoryPath path, string? text, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = ComposeFile.TryRead(text, out var file, out problem) ? new ComposeTarget(path, file) : null;
        if (target is not null)
            return true;
        problem = $"'{path}': {problem}";
        return false;
    }

    public string? Check(ImagePolicy image) => _file.Check(image) is { } problem ? $"'{Path}': {problem}" : null;

    public CurrentValue? Find(ImagePolicy image) => CurrentValue.Of(_file.WrittenVersions(image), _file.HasServiceWithoutVersion(image));

    public CurrentValue? FindInApplication(ImagePolicy image) => null;

    public OverridePin? FindOverride(ImagePolicy image) => null;

    public string? Slot(ImagePolicy image) => image.ComposeService ?? image.Image.Repository.ToString();

    public bool DependsOn(RepositoryPath file) => file == Path;

    public bool HasOverride(ImagePolicy image) => false;

    public TargetEdit Write(TargetWrites writes)
    {
        var file = _file;
        var failures = new Dictionary<ImagePolicy, string>(ReferenceEqualityComparer.Instance);
        foreach (var write in writes.Images)
        {
            if (file.TrySet(write.Image, write.Version, out var changed, out var problem))
                file = changed;
            else
                failures[write.Image] = $"'{Path}': {problem}";
        }

        return TargetEdit.Of(Path, _file.Text, file.Text) with { Failures = failures };
    }
}
