using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Controller.Targets;

/// <summary>The files of a branch's tip that applications write to. What one of them changes, the next one sees.</summary>
internal sealed class BranchFiles
{
    /// <summary>From link to link.</summary>
    private const int MaxLinks = 5;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<RepositoryPath, RepositoryFile> _read = [];
    private readonly Dictionary<RepositoryPath, RepositoryPath> _links = [];
    private readonly Dictionary<RepositoryPath, FileText> _texts = [];
    private readonly Dictionary<RepositoryPath, FileText> _changed = [];
    private readonly Dictionary<RepositoryPath, IReadOnlyList<RepositoryPath>> _folders = [];
    private readonly Dictionary<RepositoryPath, IReadOnlyDictionary<RepositoryPath, FileText>> _folderTexts = [];

    private BranchFiles()
    {
    }

    /// <summary>Reads all that the places need: all of it in one go, and once more for each step of symbolic links.</summary>
    public static async Task<BranchFiles> ReadAsync(GitClone clone, BranchWork branch, CancellationToken cancellationToken)
    {
        var files = new BranchFiles();
        var places = branch.Applications.Select(application => application.Place!).ToList();
        var folders = places.Where(place => place.MayBeFolder).Select(place => place.Path).Distinct().ToList();
        if (folders.Count > 0)
            files.Add(folders, await clone.ListAsync(branch.Tip, folders, IsYaml, cancellationToken));
        var open = places.SelectMany(place => place.Files).Concat(files._folders.Values.SelectMany(paths => paths)).Distinct().ToList();
        for (var step = 0; step <= MaxLinks && open.Count > 0; step++)
        {
            foreach (var (path, file) in await clone.ReadAsync(branch.ReadFrom, branch.Tip, open, cancellationToken))
                files._read[path] = file;
            open = [.. open.Where(path => files._read[path].Kind == RepositoryFileKind.SymbolicLink).Select(files.Follow).OfType<RepositoryPath>().Where(path => !files._read.ContainsKey(path)).Distinct()];
        }

        // What leads further than that leads nowhere.
        foreach (var path in files._links.Keys.Where(path => !files._read.ContainsKey(files._links[path])).ToList())
            files._links.Remove(path);
        foreach (var (path, file) in files._read.ToList())
        {
            files._texts[path] = Text(file, branch.Branch);
            // The bytes are not needed any more.
            files._read[path] = file with { Content = null };
        }

        return files;
    }

    /// <summary>What a place's files say now. The same file is the same object until somebody changes it.</summary>
    public IReadOnlyDictionary<RepositoryPath, FileText> Of(TargetPlace place)
    {
        if (!place.MayBeFolder)
            return place.Files.ToDictionary(path => path, path => _texts[Real(path)]);
        lock (_folderTexts)
        {
            if (!_folderTexts.TryGetValue(place.Path, out var texts))
                _folderTexts.Add(place.Path, texts = _folders.GetValueOrDefault(place.Path, []).ToDictionary(path => path, path => _texts[Real(path)]));
            return texts;
        }
    }

    /// <summary>Whether files still say what they said.</summary>
    public bool AreStill(IReadOnlyDictionary<RepositoryPath, FileText> before) => before.All(file => ReferenceEquals(file.Value, _texts[Real(file.Key)]));

    /// <summary>The file itself, where a path leads over symbolic links.</summary>
    public RepositoryPath Real(RepositoryPath path)
    {
        for (var step = 0; step <= MaxLinks && _links.TryGetValue(path, out var next); step++)
            path = next;
        return path;
    }

    /// <summary>Makes a change known to those who come after, and gives it back as git is to write it.</summary>
    public FileWrite Change(FileChange change)
    {
        var path = Real(change.Path);
        _changed.TryAdd(path, _texts.GetValueOrDefault(path, FileText.Absent));
        _texts[path] = new FileText(change.NewText, null);
        _folderTexts.Clear();
        return new FileWrite(path, _read.GetValueOrDefault(path)?.Kind == RepositoryFileKind.ExecutableFile, Utf8.GetBytes(change.NewText));
    }

    /// <summary>Forgets all changes.</summary>
    /// <returns>What the files that were changed say at the tip, ordered by path; null where there is none.</returns>
    public IReadOnlyList<KeyValuePair<RepositoryPath, string?>> Undo()
    {
        var before = _changed.OrderBy(file => file.Key.Text, StringComparer.Ordinal).Select(file => KeyValuePair.Create(file.Key, file.Value.Text)).ToList();
        foreach (var (path, text) in _changed)
            _texts[path] = text;
        _changed.Clear();
        _folderTexts.Clear();
        return before;
    }

    private static bool IsYaml(RepositoryPath path) => path.Name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.Name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private void Add(IReadOnlyList<RepositoryPath> folders, IReadOnlyCollection<RepositoryPath> found)
    {
        foreach (var folder in folders)
        {
            var files = found.Where(TargetPlace.IsWritable).Where(path => path == folder || folder == RepositoryPath.Root || path.Text.StartsWith(folder.Text + "/", StringComparison.Ordinal))
                .OrderBy(path => path.Text, StringComparer.Ordinal).Take(MarkersTarget.MaxFiles + 1).ToList();
            // Links are not listed; one that is named is followed.
            _folders[folder] = files.Count == 0 && IsYaml(folder) ? [folder] : files;
        }
    }

    /// <summary>Null when the link leads nowhere in the repository; then it stays a link.</summary>
    private RepositoryPath? Follow(RepositoryPath path)
    {
        if (_read[path].Content is not { } content || !TryDecode(content, out var text) || text.StartsWith('/') || !path.Parent.TryResolve(text, out var next, out _)
            || (!TargetPlace.IsWritable(next) && !next.Name.StartsWith(".argocd-source-", StringComparison.Ordinal)))
        {
            return null;
        }

        _links[path] = next;
        return next;
    }

    private static FileText Text(RepositoryFile file, BranchName branch)
    {
        var path = file.Path;
        if (file.Kind == RepositoryFileKind.Absent)
            return FileText.Absent;
        string? text = null;
        string? problem = file.Kind switch
        {
            RepositoryFileKind.NoFolder => $"path '{path.Parent}' does not exist in branch '{branch}'",
            RepositoryFileKind.SymbolicLink => $"'{path}' is a symbolic link that leads out of the repository, or to too many others",
            RepositoryFileKind.Folder or RepositoryFileKind.Submodule => $"'{path}' is not a file",
            RepositoryFileKind.TooLarge => $"'{path}' is larger than {GitClone.MaxFileBytes} bytes",
            RepositoryFileKind.LfsPointer => $"'{path}' is kept by Git LFS: in git there is a pointer to it alone, which is not written to",
            _ when file.Content is not { } content || !TryDecode(content, out text) => $"'{path}' is not UTF-8 text",
            _ => null,
        };
        return problem is null ? new FileText(text, null) : new FileText(null, problem);
    }

    private static bool TryDecode(ReadOnlyMemory<byte> content, out string text)
    {
        try
        {
            text = Utf8.GetString(content.Span);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }
}
