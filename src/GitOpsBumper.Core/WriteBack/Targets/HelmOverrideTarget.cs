using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of an application that Argo CD renders with Helm.</summary>
public sealed class HelmOverrideTarget : IWriteBackTarget
{
    private readonly ApplicationSnapshot _application;
    private readonly WriteBackPolicy _writeBack;
    private readonly string? _text;
    private readonly ArgoCdSourceFile _file;

    private HelmOverrideTarget(ApplicationSnapshot application, WriteBackPolicy writeBack, RepositoryPath path, string? text, ArgoCdSourceFile file)
    {
        _application = application;
        _writeBack = writeBack;
        Path = path;
        _text = text;
        _file = file;
    }

    public RepositoryPath Path { get; }

    /// <param name="application">Whose file it is.</param>
    /// <param name="writeBack">Says whose parameters the file replaces.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="text">Null when there is none: it is read as an empty one.</param>
    /// <param name="target">What it says.</param>
    /// <param name="problem">A sentence with file and line.</param>
    public static bool TryOpen(
        ApplicationSnapshot application, WriteBackPolicy writeBack, RepositoryPath path, string? text, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = ArgoCdSourceFile.TryRead(text, out var file, out problem) ? new HelmOverrideTarget(application, writeBack, path, text, file) : null;
        if (target is not null)
            return true;
        problem = $"'{path}': {problem}";
        return false;
    }

    public string? Check(ImagePolicy image) => image.HelmParameters.Spec is not { } spec ? null
        : Written(spec) is { Length: > 0 } written ? HelmVersions.Another($"'{Path}': {spec}", written, image)
        : HelmVersions.AnotherInApplication(_application, _writeBack.Source, image);

    public CurrentValue? Find(ImagePolicy image) => Written(HelmVersions.ParameterOf(image)) is { Length: > 0 } written ? HelmVersions.Read(written, image) : null;

    public CurrentValue? FindInApplication(ImagePolicy image) => HelmVersions.FindInApplication(_writeBack.Source, image);

    public OverridePin? FindOverride(ImagePolicy image)
    {
        if (image.OverrideTagParameter is not { } name)
            return null;
        // What was carried over follows the Application, which speaks for itself.
        if (_file.Parameters.LastOrDefault(parameter => parameter.Name == name && !parameter.IsCarried) is { } written)
            return written.Value.Length == 0 ? null : new OverridePin(written.Value, $"{name} in the override file{written.End.Text}", IsInApplication: false) { Until = written.End.Until };
        var hidden = _file.HidesApplication && _writeBack.Carry == CarryParameters.None ? " (which the override file hides from Argo CD, as carry-parameters: none wants it)" : "";
        return HelmVersions.FindOverride(_application, _writeBack.Source, image, hidden);
    }

    public string? Slot(ImagePolicy image) => null;

    public bool DependsOn(RepositoryPath file) => file == Path;

    public bool HasOverride(ImagePolicy image) => image.OverrideTagParameter is not null;

    public TargetEdit Write(TargetWrites writes)
    {
        var failures = TargetEdit.Refused(writes.Images, Check);
        var held = writes.Overrides.Select(write => new HeldParameter(write.Image.OverrideTagParameter!, write.Value, write.Until)).ToList();
        var set = writes.Images.Where(write => !failures.ContainsKey(write.Image)).SelectMany(write => HelmVersions.Parameters(write.Image.HelmParameters, write.Image, write.Version, Written)).ToList();
        return _file.TryApply(set, _writeBack.Source.HelmParameters, _writeBack.Carry, writes.ShowsOverride, held, out var edit, out var problem)
            ? TargetEdit.Of(Path, _text, edit.Text) with { Notes = edit.Carried, Failures = failures }
            : TargetEdit.Failed($"'{Path}': {problem}");
    }

    private string? Written(string name) => _file.Parameters.LastOrDefault(parameter => parameter.Name == name)?.Value;
}
