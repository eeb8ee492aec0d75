using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>Finds files through the trees of a commit, which a clone without blobs has, and then reads their contents.</summary>
internal sealed class FileReader(GitCommand git)
{
    private const int MaxTreeBytes = 64 * 1024 * 1024;

    /// <summary>What stands at each path; a path whose folder does not exist is left out.</summary>
    public async Task<Dictionary<RepositoryPath, LocatedFile>> LocateAsync(CommitId tip, IReadOnlyCollection<RepositoryPath> paths, CancellationToken cancellationToken)
    {
        var folders = paths.Distinct().GroupBy(path => path.Parent).ToList();
        var found = new Dictionary<RepositoryPath, LocatedFile>();
        var missing = await new ObjectReader(git).ReadAsync(
            [.. folders.Select(folder => $"{tip}:{folder.Key}")],
            (index, kind, _, content) =>
            {
                // A file where a folder is expected is no folder.
                if (kind != "tree" || content is null)
                    return;
                var wanted = folders[index].ToDictionary(path => path.Name, StringComparer.Ordinal);
                foreach (var path in wanted.Values)
                    found[path] = new LocatedFile(path, null);
                TreeEntry.Find(content, tip.Hex.Length / 2, wanted.Keys.ToHashSet(StringComparer.Ordinal), (name, entry) => found[wanted[name]] = new LocatedFile(wanted[name], entry));
            },
            MaxTreeBytes,
            cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
            await CheckAbsentAsync(tip, [.. missing.Select(index => folders[index].Key)], cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>To git a folder that the commit does not have and one that a damaged clone lost look alike. They are told apart by the folder above.</summary>
    /// <exception cref="GitException">The clone is damaged.</exception>
    private async Task CheckAbsentAsync(CommitId tip, HashSet<RepositoryPath> absent, CancellationToken cancellationToken)
    {
        var above = new HashSet<RepositoryPath> { RepositoryPath.Root };
        foreach (var folder in absent)
        {
            for (var parent = folder.Parent; parent != RepositoryPath.Root; parent = parent.Parent)
                above.Add(parent);
        }

        var asked = above.ToList();
        var children = absent.Concat(above).Where(folder => folder != RepositoryPath.Root).Distinct().ToLookup(folder => folder.Parent);
        var listed = new HashSet<RepositoryPath>();
        var missing = await new ObjectReader(git).ReadAsync(
            [.. asked.Select(folder => $"{tip}:{folder}")],
            (index, kind, _, content) =>
            {
                if (kind != "tree" || content is null)
                    return;
                var wanted = children[asked[index]].ToDictionary(folder => folder.Name, StringComparer.Ordinal);
                TreeEntry.Find(content, tip.Hex.Length / 2, wanted.Keys.ToHashSet(StringComparer.Ordinal), (name, entry) =>
                {
                    if (entry.Mode == "40000")
                        listed.Add(wanted[name]);
                });
            },
            MaxTreeBytes,
            cancellationToken).ConfigureAwait(false);
        absent.UnionWith(missing.Select(index => asked[index]));
        if (absent.Contains(RepositoryPath.Root))
            throw git.Damaged($"the top folder of {tip} is not there");
        if (listed.Intersect(absent).FirstOrDefault() is { } lost)
            throw git.Damaged($"folder {lost} of {tip} is not there");
    }

    /// <summary>Reads the contents that are not read yet.</summary>
    /// <returns>The ids of the objects that the clone lacks.</returns>
    public async Task<IReadOnlyCollection<string>> ReadAsync(IReadOnlyDictionary<RepositoryPath, LocatedFile> files, CancellationToken cancellationToken)
    {
        var open = files.Values.Where(file => file.NeedsContent).GroupBy(file => file.Entry!.Id, StringComparer.Ordinal).ToList();
        var missing = await new ObjectReader(git).ReadAsync(
            [.. open.Select(group => group.Key)],
            (index, _, _, content) =>
            {
                foreach (var file in open[index])
                    file.Set(content);
            },
            GitClone.MaxFileBytes,
            cancellationToken).ConfigureAwait(false);
        return [.. missing.Select(index => open[index].Key)];
    }
}

/// <param name="path">As asked.</param>
/// <param name="entry">Null when the folder has no such entry.</param>
internal sealed class LocatedFile(RepositoryPath path, TreeEntry? entry)
{
    private byte[]? _content;
    private bool _isRead;

    public TreeEntry? Entry => entry;

    public bool NeedsContent => !_isRead && entry?.Mode is ("100644" or "100755" or "100664" or "120000");

    /// <param name="content">Null: too large.</param>
    public void Set(byte[]? content)
    {
        _content = content;
        _isRead = true;
    }

    public RepositoryFile ToFile() => entry?.Mode switch
    {
        null => new RepositoryFile(path, RepositoryFileKind.Absent, null),
        "120000" => new RepositoryFile(path, RepositoryFileKind.SymbolicLink, _content),
        "40000" => new RepositoryFile(path, RepositoryFileKind.Folder, null),
        "160000" => new RepositoryFile(path, RepositoryFileKind.Submodule, null),
        _ when _content is null => new RepositoryFile(path, RepositoryFileKind.TooLarge, null),
        _ when IsLfsPointer(_content) => new RepositoryFile(path, RepositoryFileKind.LfsPointer, null),
        "100755" => new RepositoryFile(path, RepositoryFileKind.ExecutableFile, _content),
        _ => new RepositoryFile(path, RepositoryFileKind.File, _content),
    };

    /// <seealso href="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer"/>
    private static bool IsLfsPointer(ReadOnlySpan<byte> content) => content.Length < 1024 && content.StartsWith("version https://git-lfs.github.com/spec/v"u8);
}
