using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Core.WriteBack.Overrides;

/// <summary>
/// The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of a Kustomize application, at the path that <see cref="ArgoCdSourceFile"/> tells. Its
/// list <c>kustomize.images</c> replaces that of the Application, whose entries are carried over into it.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git"/>
public sealed class KustomizeSourceFile
{
    private readonly ParameterList _list;

    private KustomizeSourceFile(ParameterList list)
    {
        _list = list;
        Images = [.. list.Entries.Select(entry => new OverrideImage(entry.Value, entry.IsCarried))];
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<OverrideImage> Images { get; }

    /// <summary>The file has a list, and Argo CD takes it instead of that of the Application.</summary>
    public bool HidesApplication => _list.Sequence is not null;

    /// <param name="text">Of the file; null when there is none.</param>
    /// <param name="file">What it says.</param>
    /// <param name="problem">A sentence with the place of the mistake.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out KustomizeSourceFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = ParameterList.TryRead(text ?? "", ListForm.KustomizeImages, out var list, out problem) ? new KustomizeSourceFile(list) : null;
        return file is not null;
    }

    /// <summary>What the entries of an image say; empty when none says a version.</summary>
    public IReadOnlyList<WrittenVersion> WrittenVersions(ImagePolicy image) =>
    [
        .. ApplicationEdit.Entries(Texts, image).OrderBy(entry => entry.Key).Where(entry => entry.Value.Version is not null)
            .Select(entry => new WrittenVersion(entry.Value.Version, entry.Value.Version!.ToString(), YamlShape.Line(_list.Yaml.Text, _list.Entries[entry.Key].Node.Start))),
    ];

    /// <summary>
    /// Sets versions in every entry of their images, those of the Application included, else adds entries; and carries over and follows as
    /// <see cref="ArgoCdSourceFile.TryApply"/> does.
    /// </summary>
    /// <param name="set">What the bot writes.</param>
    /// <param name="application">What the Application says, in Kustomize's own notation.</param>
    /// <param name="carry">What of it may be copied into git; an entry has nothing secret.</param>
    /// <param name="edit">The new text; equal to the old one when nothing changes.</param>
    /// <param name="problem">Why nothing may, or can, be written.</param>
    public bool TryApply(
        IReadOnlyList<ImageWrite> set, IReadOnlyList<string> application, CarryParameters carry, [NotNullWhen(true)] out ArgoCdSourceEdit? edit, [NotNullWhen(false)] out string? problem)
    {
        var written = Texts.Select(ListForm.NameOfText).ToHashSet(StringComparer.Ordinal);
        var others = application.Where(text => !written.Contains(ListForm.NameOfText(text))).ToList();
        var items = set.SelectMany(update => Entries(update, others, carry)).Distinct(StringComparer.Ordinal).Select(ListItem.OfText).ToList();
        return new OverrideMerge(_list).TryApply(items, [.. application.Select(ListItem.OfText)], carry, mustShow: false, out edit, out problem);
    }

    private List<string> Texts => [.. Images.Select(image => image.Text)];

    /// <param name="others">Entries of the Application that the file does not have. Where they are not carried over, one of them still tells what the manifests call the image.</param>
    private List<string> Entries(ImageWrite update, IReadOnlyList<string> others, CarryParameters carry)
    {
        List<string> texts = [.. Texts, .. others];
        var entries = ApplicationEdit.Entries(texts, update.Image);
        if (carry == CarryParameters.None && entries.Keys.Any(index => index < Images.Count))
            entries = entries.Where(entry => entry.Key < Images.Count).ToDictionary();
        if (entries.Count == 0)
            return [KustomizeImage.For(update.Image, update.Version).ToString()];
        return
        [
            .. entries.OrderBy(entry => entry.Key).Select(entry => entry.Value.With(update.Image, update.Version) is var changed && changed != entry.Value ? changed.ToString() : texts[entry.Key]),
        ];
    }
}

/// <summary>An entry of <c>kustomize.images</c> as the override file has it.</summary>
/// <param name="Text">In Kustomize's own notation: <c>[name=]image[:tag][@digest]</c>.</param>
/// <param name="IsCarried">The bot carried it over from the Application; otherwise a person, or a tool, wrote it.</param>
public sealed record OverrideImage(string Text, bool IsCarried);
