using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.WriteBack.Markers;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>Scalars in any YAML files that comments mark: <c>image: nginx:1.27 # {"bumper": "web"}</c>.</summary>
public sealed class MarkersTarget : IWriteBackTarget
{
    /// <summary>YAML files below one folder; in more of them nothing is looked for.</summary>
    public const int MaxFiles = 2_000;

    private readonly string _namespace;
    private readonly IReadOnlyCollection<FileText> _all;
    private readonly IReadOnlyList<KeyValuePair<RepositoryPath, MarkedFile>> _files;

    private MarkersTarget(RepositoryPath path, string applicationNamespace, IReadOnlyCollection<FileText> all, IReadOnlyList<KeyValuePair<RepositoryPath, MarkedFile>> files)
    {
        _all = all;
        Path = path;
        _namespace = applicationNamespace;
        _files = files;
    }

    public RepositoryPath Path { get; }

    /// <param name="application">Whose aliases count, and whose namespace, where markers name one.</param>
    /// <param name="path">Of the file or folder.</param>
    /// <param name="files">All YAML files there. Those without a marker may say what they like: templates of charts are no YAML.</param>
    /// <param name="target">What is marked.</param>
    /// <param name="problem">A sentence with file and line.</param>
    public static bool TryOpen(
        ApplicationPolicy application, RepositoryPath path, IReadOnlyDictionary<RepositoryPath, FileText> files, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = null;
        problem = null;
        var texts = files.Where(file => TargetPlace.IsWritable(file.Key)).ToList();
        if (texts.Count > MaxFiles)
        {
            problem = $"path '{path}' has more than {MaxFiles} YAML files; name a file, or a folder further down, with write-back-target: markers:<path>";
            return false;
        }

        // Nobody knows whether anything is marked in what cannot be read, and all places are written or none.
        if (texts.FirstOrDefault(file => file.Value.Problem is not null) is { Key: not null, Value.Problem: { } unreadable })
        {
            problem = unreadable;
            return false;
        }

        var aliases = application.Images.Select(image => image.Alias).OfType<string>().Select(AnnotationKeys.AliasInKeys).ToHashSet(StringComparer.Ordinal);
        var marked = texts.Where(file => file.Value.Marked.File is not null || file.Value.Marked.ProblemFor(aliases) is not null).OrderBy(file => file.Key.Text, StringComparer.Ordinal).ToList();
        if (marked.FirstOrDefault(file => file.Value.Marked.File is null) is { Key: { } wrong } found)
        {
            problem = $"'{wrong}': {found.Value.Marked.Problem}";
            return false;
        }

        if (marked.Count == 0)
        {
            problem = texts.Count == 0
                ? $"path '{path}' has no YAML files in which anything could be marked"
                : $"nothing is marked in the {texts.Count} YAML files of '{path}'; write '# {{\"bumper\": \"<alias>\"}}' behind what is to be set";
            return false;
        }

        target = new MarkersTarget(
            path, application.Application.Namespace, [.. marked.Select(file => file.Value)], [.. marked.Where(file => file.Value.Marked.Aliases.Overlaps(aliases)).Select(file => KeyValuePair.Create(file.Key, file.Value.Marked.File!))]);
        return true;
    }

    public string? Check(ImagePolicy image)
    {
        if (image.Alias is null)
            return "the image has no alias, by which markers could name it; give it one in image-list, as web=<image>";
        var marks = Marks(image);
        if (marks.Any(mark => mark.Field != MarkField.Name))
            return CheckMarks(image, marks);
        return marks.Count > 0
            ? $"only the name of '{image.Alias}' is marked in '{Path}', nothing that bears its version; write '# {{\"bumper\": \"{image.Alias}\"}}' behind the whole image, or '# {{\"bumper\": \"{image.Alias}:tag\"}}' behind its tag"
            : $"nothing is marked for '{image.Alias}' in '{Path}'; write '# {{\"bumper\": \"{image.Alias}\"}}' behind what is to be set. Marked are: {Shortened.Join(_all.SelectMany(text => text.Marked.File!.Marks).Select(mark => mark.Alias).Distinct(StringComparer.Ordinal))}";
    }

    public CurrentValue? Find(ImagePolicy image)
    {
        var marks = Marks(image);
        return CurrentValue.Of(MarkedFile.WrittenVersions(marks), marks.Any(mark => mark.Current.Length == 0 && (mark.Field is MarkField.Image or MarkField.Tag || (mark.Field == MarkField.Digest && image.WritesDigest))));
    }

    public CurrentValue? FindInApplication(ImagePolicy image) => null;

    public OverridePin? FindOverride(ImagePolicy image) => null;

    /// <summary>The alias, with the namespace in front where only Applications of that are meant.</summary>
    public string? Slot(ImagePolicy image)
    {
        if (image.Alias is null)
            return null;
        var marks = Marks(image);
        var alias = AnnotationKeys.AliasInKeys(image.Alias);
        return marks.Count > 0 && marks.All(mark => mark.Namespace is not null) ? $"{_namespace}:{alias}" : alias;
    }

    public bool DependsOn(RepositoryPath file) => _files.Any(own => own.Key == file);

    public bool HasOverride(ImagePolicy image) => false;

    public TargetEdit Write(TargetWrites writes)
    {
        var now = _files.Select(file => file.Value).ToList();
        var failures = new Dictionary<ImagePolicy, string>(ReferenceEqualityComparer.Instance);
        foreach (var write in writes.Images)
        {
            var before = now.ToList();
            for (var index = 0; index < now.Count; index++)
            {
                if (now[index].TrySet(write.Image, _namespace, write.Version, out var changed, out var problem))
                {
                    now[index] = changed;
                    continue;
                }

                // All places of an image or none.
                failures[write.Image] = $"'{_files[index].Key}': {problem}";
                now = before;
                break;
            }
        }

        return new TargetEdit([.. Enumerable.Range(0, now.Count).Where(index => now[index].Text != _files[index].Value.Text).Select(index => new FileChange(_files[index].Key, _files[index].Value.Text, now[index].Text))])
        {
            Failures = failures,
        };
    }

    private List<Mark> Marks(ImagePolicy image) => [.. _files.SelectMany(file => file.Value.MarksOf(image, _namespace))];

    private string? CheckMarks(ImagePolicy image, IReadOnlyList<Mark> marks)
    {
        foreach (var (file, read) in _files)
        {
            if (read.MarksOf(image, _namespace).FirstOrDefault(mark => mark.Field == MarkField.Image && WrittenImage.IsAnother(mark.Current, image)) is { } other)
                return $"'{file}': line {other.Line}: {WrittenImage.Refusal(other.Current, image)}";
        }

        return image.WritesDigest && marks.All(mark => mark.Field is MarkField.Name or MarkField.Tag)
            ? $"the digest of '{image.Alias}' is to be written, as strategy digest and pin-digest want it, and only its tag is marked in '{Path}'; mark the whole image, or the digest too with '# {{\"bumper\": \"{image.Alias}:digest\"}}'"
            : null;
    }
}
