using System.Text;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>What one source of an Application is to say: either its Helm parameters or its Kustomize images change.</summary>
public sealed record ApplicationEdit
{
    /// <summary>In <c>spec.sources</c>; null for <c>spec.source</c>.</summary>
    public required int? SourceIndex { get; init; }

    public required ListEdit<HelmParameter> Parameters { get; init; }

    public required ListEdit<string> Images { get; init; }

    /// <summary>An edit that changes nothing yet.</summary>
    public static ApplicationEdit Of(ApplicationSnapshot application, WriteBackPolicy writeBack) => new()
    {
        SourceIndex = application.HasMultipleSources ? writeBack.SourceIndex : null,
        Parameters = new ListEdit<HelmParameter>(writeBack.Source.HelmParameters),
        Images = new ListEdit<string>(writeBack.Source.KustomizeImages),
    };

    /// <summary>Sets one Helm parameter where it stands, of several the one that Helm takes, else at the end.</summary>
    public ApplicationEdit Set(HelmParameter parameter)
    {
        var index = HelmParameter.IndexOf(Parameters.New, parameter.Name);
        if (index < 0)
            return this with { Parameters = Parameters.Add(parameter with { ForceString = true }) };
        var old = Parameters.New[index];
        return old.Value == parameter.Value
            ? this
            : this with { Parameters = Parameters.Replace(index, old with { Value = parameter.Value, ForceString = old.ForceString || IsNoText(parameter.Value) }) };
    }

    /// <summary>Sets the version in every entry of an image, else adds one. Of several with one name Kustomize takes the last.</summary>
    public ApplicationEdit Set(ImagePolicy image, ImageVersion version)
    {
        var entries = Entries(Images.New, image);
        if (entries.Count == 0)
            return this with { Images = Images.Add(KustomizeImage.For(image, version).ToString()) };
        var edited = Images;
        foreach (var (index, entry) in entries)
        {
            if (entry.With(image, version) is var changed && changed != entry)
                edited = edited.Replace(index, changed.ToString());
        }

        return this with { Images = edited };
    }

    /// <summary>The entries that tell the version of an image, by their place in the list.</summary>
    public static IReadOnlyDictionary<int, KustomizeImage> Entries(IReadOnlyList<string> images, ImagePolicy image) => images
        .Select((text, index) => KeyValuePair.Create(index, KustomizeImage.Parse(text)))
        .Where(entry => entry.Value.IsOf(image))
        .GroupBy(entry => entry.Value.Name, StringComparer.Ordinal)
        .Select(group => group.Last())
        .ToDictionary();

    /// <summary>Whether a source says all that it is to say.</summary>
    public bool IsMadeIn(ApplicationSource source) => Parameters.New.SequenceEqual(source.HelmParameters) && Images.New.SequenceEqual(source.KustomizeImages);

    /// <summary>
    /// The changed entries as a person would read them, in the form that changes of files have. Others are left out: parameters may be secret.
    /// </summary>
    public FileChange ToChange(NamespacedName application)
    {
        var source = SourceIndex is { } index ? $"spec.sources[{index}]" : "spec.source";
        var (field, before, after) = Parameters.Changed.Count > 0
            ? ("helm.parameters", Text(Parameters, Parameters.Old, Describe), Text(Parameters, Parameters.New, Describe))
            : ("kustomize.images", Text(Images, Images.Old, Describe), Text(Images, Images.New, Describe));
        return RepositoryPath.TryParse($"{application}/{source}.{field}", out var path, out var problem)
            ? new FileChange(path, before, after)
            : throw new InvalidOperationException(problem);
    }

    /// <summary>What <c>helm --set</c> would not take for a text.</summary>
    private static bool IsNoText(string value) =>
        value.All(char.IsAsciiDigit) || value.ToUpperInvariant() is "TRUE" or "FALSE" or "NULL";

    private static string Text<T>(ListEdit<T> edit, IReadOnlyList<T> entries, Func<T, string> describe)
        where T : class, IEquatable<T> =>
        new StringBuilder().AppendJoin("", edit.Changed.Where(index => index < entries.Count).Select(index => describe(entries[index]))).ToString();

    private static string Describe(HelmParameter parameter) =>
        $"- name: {YamlQuoting.Write(parameter.Name)}\n  value: {YamlQuoting.Write(parameter.Value)}\n{(parameter.ForceString ? "  forceString: true\n" : "")}";

    private static string Describe(string image) => $"- {YamlQuoting.Write(image)}\n";
}

/// <summary>A list before and after: entries change where they stand or are added at the end, none is moved or removed.</summary>
public sealed record ListEdit<T>(IReadOnlyList<T> Old, IReadOnlyList<T> New)
    where T : class, IEquatable<T>
{
    public ListEdit(IReadOnlyList<T> list)
        : this(list, list)
    {
    }

    /// <summary>The places in <see cref="New"/> that are changed or added, in ascending order.</summary>
    public IReadOnlyList<int> Changed => [.. Enumerable.Range(0, New.Count).Where(index => index >= Old.Count || !New[index].Equals(Old[index]))];

    internal ListEdit<T> Add(T entry) => this with { New = [.. New, entry] };

    internal ListEdit<T> Replace(int index, T entry) => this with { New = [.. New.Take(index), entry, .. New.Skip(index + 1)] };
}
