using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack.Overrides;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of an application that a plugin renders: versions are environment variables.</summary>
public sealed class PluginOverrideTarget : IWriteBackTarget
{
    private readonly WriteBackPolicy _writeBack;
    private readonly string? _text;
    private readonly PluginSourceFile _file;

    private PluginOverrideTarget(WriteBackPolicy writeBack, RepositoryPath path, string? text, PluginSourceFile file)
    {
        _writeBack = writeBack;
        Path = path;
        _text = text;
        _file = file;
    }

    public RepositoryPath Path { get; }

    /// <param name="writeBack">Says whose variables the file replaces.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="text">Null when there is none: it is read as an empty one.</param>
    /// <param name="target">What it says.</param>
    /// <param name="problem">A sentence with file and line.</param>
    public static bool TryOpen(
        WriteBackPolicy writeBack, RepositoryPath path, string? text, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = PluginSourceFile.TryRead(text, out var file, out problem) ? new PluginOverrideTarget(writeBack, path, text, file) : null;
        if (target is not null)
            return true;
        problem = $"'{path}': {problem}";
        return false;
    }

    public string? Check(ImagePolicy image) => null;

    public CurrentValue? Find(ImagePolicy image) => Written(VersionVariable(image)) is { Length: > 0 } written ? Read(written, image) : null;

    public CurrentValue? FindInApplication(ImagePolicy image) =>
        _writeBack.Source.PluginEnv.LastOrDefault(variable => variable.Name == VersionVariable(image)) is { Value.Length: > 0 } set ? Read(set.Value, image) : null;

    public OverridePin? FindOverride(ImagePolicy image) => null;

    public string? Slot(ImagePolicy image) => null;

    public bool DependsOn(RepositoryPath file) => file == Path;

    public TargetEdit Write(IReadOnlyList<ImageWrite> writes, bool showsOverride)
    {
        var set = writes.SelectMany(write => HelmVersions.Parameters(write.Image.PluginVariables, write.Image.Image, write.Version, Written(write.Image.PluginVariables.Name)))
            .Select(parameter => new PluginVariable(parameter.Name, parameter.Value)).ToList();
        return _file.TryApply(set, _writeBack.Source.PluginEnv, _writeBack.Carry, mustShow: false, out var edit, out var problem)
            ? TargetEdit.Of(Path, _text, edit.Text) with { Notes = edit.Carried }
            : TargetEdit.Failed($"'{Path}': {problem}");
    }

    private static string VersionVariable(ImagePolicy image) => image.PluginVariables.Spec ?? image.PluginVariables.Tag;

    private static CurrentValue Read(string text, ImagePolicy image) => HelmVersions.Read(text, isWholeImage: image.PluginVariables.Spec is not null);

    private string? Written(string name) => _file.Variables.LastOrDefault(variable => variable.Name == name)?.Value;
}
