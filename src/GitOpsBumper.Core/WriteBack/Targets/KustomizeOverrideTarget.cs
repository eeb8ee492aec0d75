using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.WriteBack.Overrides;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of an application that Argo CD renders with Kustomize.</summary>
public sealed class KustomizeOverrideTarget : IWriteBackTarget
{
    private readonly WriteBackPolicy _writeBack;
    private readonly string? _text;
    private readonly KustomizeSourceFile _file;

    private KustomizeOverrideTarget(WriteBackPolicy writeBack, RepositoryPath path, string? text, KustomizeSourceFile file)
    {
        _writeBack = writeBack;
        Path = path;
        _text = text;
        _file = file;
    }

    public RepositoryPath Path { get; }

    /// <param name="writeBack">Says whose images the file replaces.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="text">Null when there is none: it is read as an empty one.</param>
    /// <param name="target">What it says.</param>
    /// <param name="problem">A sentence with file and line.</param>
    public static bool TryOpen(
        WriteBackPolicy writeBack, RepositoryPath path, string? text, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = KustomizeSourceFile.TryRead(text, out var file, out problem) ? new KustomizeOverrideTarget(writeBack, path, text, file) : null;
        if (target is not null)
            return true;
        problem = $"'{path}': {problem}";
        return false;
    }

    public string? Check(ImagePolicy image) => null;

    public CurrentValue? Find(ImagePolicy image) => CurrentValue.Of(_file.WrittenVersions(image), isOneEmpty: false);

    public CurrentValue? FindInApplication(ImagePolicy image) => KustomizeImage.CurrentValue(_writeBack.Source, image);

    public OverridePin? FindOverride(ImagePolicy image) => null;

    public string? Slot(ImagePolicy image) => null;

    public bool DependsOn(RepositoryPath file) => file == Path;

    public bool HasOverride(ImagePolicy image) => false;

    public TargetEdit Write(TargetWrites writes) =>
        _file.TryApply(writes.Images, _writeBack.Source.KustomizeImages, _writeBack.Carry, out var edit, out var problem)
            ? TargetEdit.Of(Path, _text, edit.Text) with { Notes = edit.Carried }
            : TargetEdit.Failed($"'{Path}': {problem}");
}
