using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack.Compose;
using GitOpsBumper.Core.WriteBack.Kustomizations;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>Where an application's versions are written, as far as that can be told before the repository is read.</summary>
public sealed record TargetPlace
{
    private readonly WriteBackTarget _kind;

    private TargetPlace(WriteBackTarget kind, RepositoryPath path, IReadOnlyList<RepositoryPath> files)
    {
        _kind = kind;
        Path = path;
        Files = files;
    }

    /// <summary>The file; where the repository has to say which one it is, the folder.</summary>
    public RepositoryPath Path { get; }

    /// <summary>All files that have to be read to know.</summary>
    public IReadOnlyList<RepositoryPath> Files { get; }

    /// <summary>Whether <see cref="Path"/> may be a folder, all of whose YAML files have to be read.</summary>
    public bool MayBeFolder => _kind is WriteBackTarget.Markers;

    /// <summary>Whether a path that a person names may be written: hidden files and folders, such as workflows of a CI, are no manifests.</summary>
    public static bool IsWritable(RepositoryPath path) => !path.Text.Split('/').Any(part => part.StartsWith('.'));

    /// <param name="application">Whose place it is.</param>
    /// <param name="writeBack">What it says.</param>
    /// <param name="inArgoCdNamespace">Whether the application lives in Argo CD's own namespace.</param>
    /// <param name="place">Where.</param>
    /// <param name="problem">A path that leaves the repository, is hidden, or is too long.</param>
    public static bool TryFind(
        NamespacedName application, WriteBackPolicy writeBack, bool inArgoCdNamespace, [NotNullWhen(true)] out TargetPlace? place, [NotNullWhen(false)] out string? problem)
    {
        place = null;
        // What lies in another source's repository does not lie below the path of this one.
        if (!RepositoryPath.TryParse(writeBack.Source.Path ?? "", out var folder, out problem) || !TryResolve(folder, writeBack.Target.PlaceText, out var path, out problem))
            return false;
        if (writeBack.Target is not WriteBackTarget.ArgoCdSource && !IsWritable(path))
        {
            problem = $"path '{path}' is, or lies in, a hidden file or folder, and what begins with '.' belongs to git, CI and other tools; allowed are paths no part of which begins with '.'";
            return false;
        }

        switch (writeBack.Target)
        {
            case WriteBackTarget.HelmValues:
                return TryFile(writeBack.Target.PlaceText is null ? "values.yaml" : "", out place, out problem);
            case WriteBackTarget.Kustomization when KustomizationFile.FileNames.Contains(path.Name, StringComparer.Ordinal):
                return TryFile("", out place, out problem);
            case WriteBackTarget.Kustomization:
                return TryFolder(path, KustomizationFile.FileNames, out place, out problem);
            case WriteBackTarget.Compose when path.Name.EndsWith(".yaml", StringComparison.Ordinal) || path.Name.EndsWith(".yml", StringComparison.Ordinal):
                return TryFile("", out place, out problem);
            case WriteBackTarget.Compose:
                return TryFolder(path, ComposeFile.FileNames, out place, out problem);
            case WriteBackTarget.Markers:
                place = new TargetPlace(writeBack.Target, path, []);
                return true;
            default:
                return TryOverrides(out place, out problem);
        }

        bool TryFile(string name, [NotNullWhen(true)] out TargetPlace? place, [NotNullWhen(false)] out string? problem)
        {
            place = path.TryCombine(name, out var file, out problem) ? new TargetPlace(writeBack.Target, file, [file]) : null;
            return place is not null;
        }

        bool TryFolder(RepositoryPath path, IReadOnlyList<string> names, [NotNullWhen(true)] out TargetPlace? place, [NotNullWhen(false)] out string? problem)
        {
            place = null;
            problem = null;
            var files = new List<RepositoryPath>();
            foreach (var name in names)
            {
                if (!folder.TryResolve($"/{path}/{name}", out var file, out problem))
                    return false;
                files.Add(file);
            }

            place = new TargetPlace(writeBack.Target, path, files);
            return true;
        }

        bool TryOverrides([NotNullWhen(true)] out TargetPlace? place, [NotNullWhen(false)] out string? problem)
        {
            place = null;
            if (!ArgoCdSourceFile.TryPathFor(folder, application, inArgoCdNamespace, out var file, out problem))
                return false;
            // Where the Application does not say what it is rendered with, the files beside it do.
            if (writeBack.Source.Kind != SourceKind.Unknown)
                place = new TargetPlace(writeBack.Target, file, [file]);
            else if (TryFolder(folder, ["Chart.yaml", .. KustomizationFile.FileNames], out var beside, out problem))
                place = new TargetPlace(writeBack.Target, file, [file, .. beside.Files]);
            return place is not null;
        }
    }

    /// <summary>Reads what the files say.</summary>
    /// <param name="application">Whose files they are.</param>
    /// <param name="policy">That the place was found with.</param>
    /// <param name="files">All of <see cref="Files"/>; of a folder, all of its YAML files.</param>
    /// <param name="target">The files, ready to be asked and written.</param>
    /// <param name="problem">A sentence that names the file.</param>
    public bool TryOpen(
        ApplicationSnapshot application,
        ApplicationPolicy policy,
        IReadOnlyDictionary<RepositoryPath, FileText> files,
        [NotNullWhen(true)] out IWriteBackTarget? target,
        [NotNullWhen(false)] out string? problem)
    {
        target = null;
        var writeBack = policy.WriteBack!;
        switch (_kind)
        {
            case WriteBackTarget.ArgoCdSource:
                return TryOpenOverrides(application, policy, files, out target, out problem);
            case WriteBackTarget.HelmValues:
                problem = files[Path].Problem;
                return problem is null && HelmValuesTarget.TryOpen(application, writeBack, Path, files[Path].Text, out target, out problem);
            case WriteBackTarget.Kustomization:
                return TryOpenKustomization(files, out target, out problem);
            case WriteBackTarget.Compose:
                // Of several, Compose takes the first too.
                var file = Files.FirstOrDefault(each => files[each] is { Text: not null } or { Problem: not null }) ?? Files[0];
                problem = files[file].Problem;
                return problem is null && ComposeTarget.TryOpen(file, files[file].Text, out target, out problem);
            case WriteBackTarget.Markers:
                return MarkersTarget.TryOpen(policy, Path, files, out target, out problem);
            default:
                throw new InvalidOperationException($"write-back target '{_kind}' is not known");
        }
    }

    private bool TryOpenKustomization(IReadOnlyDictionary<RepositoryPath, FileText> files, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = null;
        var there = Files.Where(file => files[file] is { Text: not null } or { Problem: not null }).ToList();
        if (there.Count > 1 && files[there[0]].Problem is null)
        {
            problem = $"'{Path}' has both {string.Join(" and ", there.Select(file => file.Name))}, which Kustomize refuses; allowed is one of them";
            return false;
        }

        var file = there.Count > 0 ? there[0] : Files[0];
        problem = files[file].Problem;
        return problem is null && KustomizationTarget.TryOpen(file, files[file].Text, out target, out problem);
    }

    private bool TryOpenOverrides(
        ApplicationSnapshot application,
        ApplicationPolicy policy,
        IReadOnlyDictionary<RepositoryPath, FileText> files,
        [NotNullWhen(true)] out IWriteBackTarget? target,
        [NotNullWhen(false)] out string? problem)
    {
        target = null;
        problem = files[Path].Problem;
        if (problem is not null)
            return false;
        var writeBack = policy.WriteBack!;
        var isSaid = writeBack.Source.Kind != SourceKind.Unknown;
        var kind = isSaid ? writeBack.Source.Kind
            : files[Files[1]].IsThere ? SourceKind.Helm
            : Files.Skip(2).Any(file => files[file].IsThere) ? SourceKind.Kustomize
            : SourceKind.Directory;
        var isOpen = kind switch
        {
            SourceKind.Helm => HelmOverrideTarget.TryOpen(application, writeBack, Path, files[Path].Text, out target, out problem),
            SourceKind.Kustomize => KustomizeOverrideTarget.TryOpen(writeBack, Path, files[Path].Text, out target, out problem),
            SourceKind.Plugin => PluginOverrideTarget.TryOpen(application, writeBack, Path, files[Path].Text, out target, out problem),
            _ => false,
        };
        if (!isOpen)
        {
            problem ??= $"path '{Path.Parent}' has neither a Chart.yaml nor a {string.Join(" or ", KustomizationFile.FileNames)}, so Argo CD has no overrides for it; allowed is there write-back-target: markers";
            return false;
        }

        target = isSaid ? target! : new CheckedTarget(target!, WriteConflicts.Find(policy.Images, _kind, kind));
        return true;
    }

    /// <summary>What follows <c>$ref/</c> begins at the top folder, as a leading slash does.</summary>
    private static bool TryResolve(RepositoryPath folder, string? text, [NotNullWhen(true)] out RepositoryPath? path, [NotNullWhen(false)] out string? problem) => text switch
    {
        null => folder.TryResolve(".", out path, out problem),
        ['$', ..] => folder.TryResolve(text[text.IndexOf('/', StringComparison.Ordinal)..], out path, out problem),
        _ => folder.TryResolve(text, out path, out problem),
    };
}
