using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack.Overrides;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of an application that a plugin renders: versions are environment variables.</summary>
public sealed class PluginOverrideTarget : IWriteBackTarget
{
    private readonly ApplicationSnapshot _application;
    private readonly WriteBackPolicy _writeBack;
    private readonly string? _text;
    private readonly PluginSourceFile _file;

    private PluginOverrideTarget(ApplicationSnapshot application, WriteBackPolicy writeBack, RepositoryPath path, string? text, PluginSourceFile file)
    {
        _application = application;
        _writeBack = writeBack;
        Path = path;
        _text = text;
        _file = file;
    }

    public RepositoryPath Path { get; }

    /// <param name="application">Whose file it is.</param>
    /// <param name="writeBack">Says whose variables the file replaces.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="text">Null when there is none: it is read as an empty one.</param>
    /// <param name="target">What it says.</param>
    /// <param name="problem">A sentence with file and line.</param>
    public static bool TryOpen(
        ApplicationSnapshot application, WriteBackPolicy writeBack, RepositoryPath path, string? text, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = PluginSourceFile.TryRead(text, out var file, out problem) ? new PluginOverrideTarget(application, writeBack, path, text, file) : null;
        if (target is not null)
            return true;
        problem = $"'{path}': {problem}";
        return false;
    }

    public string? Check(ImagePolicy image) => image.PluginVariables.Spec is not { } spec ? null
        : Written(spec) is { Length: > 0 } written ? HelmVersions.Another($"'{Path}': {spec}", written, image)
        : HelmVersions.Another($"variable {spec} of Application {_application.Name}", InApplication(spec), image);

    public CurrentValue? Find(ImagePolicy image) => Written(VersionVariable(image)) is { Length: > 0 } written ? Read(written, image) : null;

    public CurrentValue? FindInApplication(ImagePolicy image) =>
        InApplication(VersionVariable(image)) is { Length: > 0 } set ? Read(set, image) : null;

    public OverridePin? FindOverride(ImagePolicy image) => null;

    public string? Slot(ImagePolicy image) => null;

    public bool DependsOn(RepositoryPath file) => file == Path;

    public bool HasOverride(ImagePolicy image) => false;

    public TargetEdit Write(TargetWrites writes)
    {
        var failures = TargetEdit.Refused(writes.Images, Check);
        var set = writes.Images.Where(write => !failures.ContainsKey(write.Image)).SelectMany(write => HelmVersions.Parameters(write.Image.PluginVariables, write.Image, write.Version, Written))
            .Select(parameter => new PluginVariable(parameter.Name, parameter.Value)).ToList();
        return _file.TryApply(set, _writeBack.Source.PluginEnv, _writeBack.Carry, mustShow: false, out var edit, out var problem)
            ? TargetEdit.Of(Path, _text, edit.Text) with { Notes = edit.Carried, Failures = failures }
            : TargetEdit.Failed($"'{Path}': {problem}");
    }

    private static string VersionVariable(ImagePolicy image) => image.PluginVariables.Spec ?? image.PluginVariables.Tag;

    private static CurrentValue Read(string text, ImagePolicy image) => HelmVersions.Read(text, isWholeImage: image.PluginVariables.Spec is not null);

    private string? InApplication(string name) => _writeBack.Source.PluginEnv.LastOrDefault(variable => variable.Name == name)?.Value;

    private string? Written(string name) => _file.Variables.LastOrDefault(variable => variable.Name == name)?.Value;
}
