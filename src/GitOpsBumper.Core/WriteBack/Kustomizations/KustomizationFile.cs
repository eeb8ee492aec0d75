using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Kustomizations;

/// <summary>
/// A <c>kustomization.yaml</c>, or a Component, edited as <c>kustomize edit set image</c> would, but without touching any other byte.
/// </summary>
/// <seealso href="https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/"/>
public sealed class KustomizationFile
{
    private readonly ImagesList _list;

    private KustomizationFile(ImagesList list) => _list = list;

    /// <summary>The names that Kustomize looks for in a folder; more than one of them there is an error to it.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    public string Text => _list.Yaml.Text;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<KustomizationEntry> Entries => _list.Entries;

    /// <param name="text">Of the file; null when there is none, which is a problem: a new one would make Argo CD render nothing but itself.</param>
    /// <param name="file">What it says.</param>
    /// <param name="problem">A sentence with the place of the mistake.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out KustomizationFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        if (text is null)
        {
            problem = $"there is no kustomization, it has to be called {string.Join(", ", FileNames.SkipLast(1))} or {FileNames[^1]}; none is made, as a new one would name no resources";
            return false;
        }

        file = ImagesList.TryRead(text, out var list, out problem) ? new KustomizationFile(list) : null;
        return file is not null;
    }

    /// <summary>What the entries of an image say; empty when none says a version.</summary>
    public IReadOnlyList<WrittenVersion> WrittenVersions(ImagePolicy image) =>
    [
        .. Indexes(image).Select(index => Entries[index]).Where(entry => entry.VersionText is not null).Select(entry => WrittenVersion.Of(entry.VersionText!, entry.Line)),
    ];

    /// <summary>Whether one of the entries of an image says no version.</summary>
    public bool HasEntryWithoutVersion(ImagePolicy image) => Indexes(image).Any(index => Entries[index].VersionText is null);

    /// <summary>Sets the version in every entry of an image, else adds one.</summary>
    /// <param name="image">By its <c>kustomize.image-name</c> where it has one, else by its repository.</param>
    /// <param name="version">What it does not name, tag or digest, is taken out.</param>
    /// <param name="changed">Equal in its text when nothing changes.</param>
    /// <param name="problem">Why it cannot be done.</param>
    public bool TrySet(ImagePolicy image, ImageVersion version, [NotNullWhen(true)] out KustomizationFile? changed, [NotNullWhen(false)] out string? problem)
    {
        changed = null;
        problem = null;
        var editor = new ImagesEditor(_list);
        var indexes = Indexes(image);
        foreach (var index in indexes)
        {
            if (!TrySet(editor, index, image, version, out problem))
                return false;
        }

        if (indexes.Count == 0 && !editor.TryAdd(NewEntry(image, version), out problem))
            return false;
        if (!IsAsWanted(editor.List, indexes.Count == 0 ? [Entries.Count] : indexes, image, version))
        {
            problem = "the kustomization is written in a way that cannot be edited safely; write images with one '- ' per entry and one field a line";
            return false;
        }

        changed = new KustomizationFile(editor.List);
        return true;
    }

    private static bool TrySet(ImagesEditor editor, int index, ImagePolicy image, ImageVersion version, [NotNullWhen(false)] out string? problem)
    {
        var entry = editor.List.Entries[index];
        var newName = NewName(entry, image, version);
        if (newName != (entry.NewName ?? entry.Name) && !editor.TrySet(index, ImagesList.NewName, newName, out problem))
            return false;
        // What is added comes first: an entry that lost its only version would be harder to read on the way.
        (string Field, string? Value)[] fields = [(ImagesList.NewTag, version.Tag?.Text), (ImagesList.Digest, version.Digest?.ToString())];
        foreach (var (field, value) in fields.OrderBy(field => field.Value is null))
        {
            if (!editor.TrySet(index, field, value, out problem))
                return false;
        }

        problem = null;
        return true;
    }

    /// <summary>Where nobody named the entry it is the image's by its name or its new name; a new name that is another repository is a mirror, and stays.</summary>
    private static string NewName(KustomizationEntry entry, ImagePolicy image, ImageVersion version) =>
        image.KustomizeImageName is null ? entry.Image.NewName : entry.Image.With(image, version).NewName;

    private static KustomizationEntry NewEntry(ImagePolicy image, ImageVersion version)
    {
        var name = KustomizeImage.For(image, version).Name;
        var entry = new KustomizationEntry(name, null, version.Tag?.Text, version.Digest?.ToString(), 0);
        return entry.Image.With(image, version).NewName is var newName && newName == name ? entry : entry with { NewName = newName };
    }

    /// <summary>
    /// The entries that tell the version of an image. Kustomize applies entries one after another: of several with one name it is the first
    /// that renames the image, as no later one finds it again, else the last.
    /// </summary>
    private List<int> Indexes(ImagePolicy image) =>
    [
        .. Enumerable.Range(0, Entries.Count).Where(index => Entries[index].Image.IsOf(image)).GroupBy(index => Entries[index].Name, StringComparer.Ordinal)
            .Select(group => group.Where(index => Entries[index].Image.NewName != group.Key).DefaultIfEmpty(group.Last()).First()),
    ];

    /// <summary>The last line of defence: what was set is read back, and nothing else has changed.</summary>
    private bool IsAsWanted(ImagesList result, IReadOnlyList<int> set, ImagePolicy image, ImageVersion version)
    {
        var others = Enumerable.Range(0, Entries.Count).Except(set);
        return result.Entries.Count == Math.Max(Entries.Count, set[^1] + 1)
            && others.All(index => Written(_list, _list.Nodes[index]) == Written(result, result.Nodes[index]))
            && set.Select(index => result.Entries[index]).All(entry =>
                entry.NewTag == version.Tag?.Text && entry.Digest == version.Digest?.ToString() && NewName(entry, image, version) == entry.Image.NewName && entry.Image.IsOf(image))
            && OtherFields(_list).SequenceEqual(OtherFields(result), StringComparer.Ordinal);
    }

    private static IEnumerable<string> OtherFields(ImagesList list) => (list.Root?.Entries ?? [])
        .Where(entry => entry.Key is not YamlNode.Scalar { Value: ImagesList.Images })
        .Select(entry => $"{Written(list, entry.Key)}: {Written(list, entry.Value)}");

    private static string Written(ImagesList list, YamlNode node) => list.Yaml.Text[node.Start..node.End];
}
