using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack.Values;

namespace GitOpsBumper.Core.WriteBack.Targets;

/// <summary>A Helm values file: <c>helm.image-name</c> and the others are paths in it.</summary>
public sealed class HelmValuesTarget : IWriteBackTarget
{
    private readonly ApplicationSnapshot _application;
    private readonly WriteBackPolicy _writeBack;
    private readonly string? _text;
    private readonly ValuesFile _file;

    private HelmValuesTarget(ApplicationSnapshot application, WriteBackPolicy writeBack, RepositoryPath path, string? text, ValuesFile file)
    {
        _application = application;
        _writeBack = writeBack;
        Path = path;
        _text = text;
        _file = file;
    }

    public RepositoryPath Path { get; }

    /// <param name="application">Whose values they are.</param>
    /// <param name="writeBack">Names the source whose parameters win over values.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="text">Null when there is none: it is made.</param>
    /// <param name="target">What it says.</param>
    /// <param name="problem">A sentence with file and line.</param>
    public static bool TryOpen(
        ApplicationSnapshot application, WriteBackPolicy writeBack, RepositoryPath path, string? text, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = ValuesFile.TryRead(text, out var file, out problem) ? new HelmValuesTarget(application, writeBack, path, text, file) : null;
        if (target is not null)
            return true;
        problem = $"'{path}': {problem}";
        return false;
    }

    public string? Check(ImagePolicy image)
    {
        // A name that nobody asked for is not written, so what stands in its place does not matter.
        var names = image.HelmParameters;
        foreach (var name in new[] { HelmVersions.ParameterOf(image), names.IsDefaultName ? null : names.Name, image.OverrideTagParameter })
        {
            if (!string.IsNullOrEmpty(name) && !TryFind(name, out _, out var problem))
                return $"'{Path}': {problem}";
        }

        return Another(image);
    }

    public CurrentValue? Find(ImagePolicy image) => Value(HelmVersions.ParameterOf(image)) is { Length: > 0 } written ? HelmVersions.Read(written, image) : null;

    public CurrentValue? FindInApplication(ImagePolicy image) => null;

    /// <summary>What the Application's parameters say wins over every values file: their override, then that of the file, then their version.</summary>
    public OverridePin? FindOverride(ImagePolicy image)
    {
        if (HelmVersions.FindOverride(_application, _writeBack.Source, image, ", which win over values files") is { } pin)
            return pin with { HidesFiles = true };
        if (image.OverrideTagParameter is { } name && Value(name) is { Length: > 0 } written)
        {
            var end = ValuePath.TryParse(name, out var path, out _) ? _file.EndOf(path) : EndMark.None;
            return new OverridePin(written, $"{name} in {Path}{end.Text}", IsInApplication: false) { Until = end.Until };
        }

        return HelmParameter.Find(_writeBack.Source.HelmParameters, HelmVersions.ParameterOf(image)) is { Value.Length: > 0 } set
            ? new OverridePin(set.Value, $"{set.Name} in the parameters of Application {_application.Name}, which win over values files", IsInApplication: true)
            : null;
    }

    public string? Slot(ImagePolicy image) => HelmVersions.ParameterOf(image);

    public bool DependsOn(RepositoryPath file) => file == Path;

    public bool HasOverride(ImagePolicy image) => image.OverrideTagParameter is not null;

    public TargetEdit Write(TargetWrites writes)
    {
        var file = _file;
        var failures = new Dictionary<ImagePolicy, string>(ReferenceEqualityComparer.Instance);
        foreach (var write in writes.Images)
        {
            if (Another(write.Image) is { } another)
            {
                failures[write.Image] = another;
                continue;
            }

            var changed = file;
            foreach (var (name, value) in Values(write))
            {
                if (ValuePath.TryParse(name, out var path, out var problem) && changed.TrySet(path, value, out var next, out problem))
                {
                    changed = next;
                    continue;
                }

                failures[write.Image] = $"'{Path}': {problem}";
                break;
            }

            if (!failures.ContainsKey(write.Image))
                file = changed;
        }

        foreach (var held in writes.Overrides)
        {
            // A key that says nothing holds nothing; it may be one that the chart documents.
            if (ValuePath.TryParse(held.Image.OverrideTagParameter!, out var path, out var problem) && file.TrySet(path, held.Value ?? "", out var set, out problem)
                && set.TrySetEnd(path, held.Value is null ? null : held.Until, out var changed, out problem))
                file = changed;
            else
                failures[held.Image] = $"'{Path}': {problem}";
        }

        return TargetEdit.Of(Path, _text, file.Text) with { Failures = failures };
    }

    /// <summary>Where nobody said which key takes the name, none does: what stands under the usual one is this image already, or is meant for another.</summary>
    private IEnumerable<KeyValuePair<string, string>> Values(ImageWrite write)
    {
        var names = write.Image.HelmParameters;
        if (names.Spec is not null)
        {
            yield return new(names.Spec, WrittenImage.Kept(Value(names.Spec) ?? "", write.Image).WithVersion(write.Version).ToString());
            yield break;
        }

        if (!names.IsDefaultName)
            yield return new(names.Name, Name(write.Image, Value(names.Name)));
        yield return new(names.Tag, write.Version.ToString());
    }

    /// <summary>The spelling that stands there as long as it means the image; one without registry, as charts have that elsewhere, stays without.</summary>
    private static string Name(ImagePolicy image, string? written)
    {
        if (string.IsNullOrEmpty(written))
            return image.Image.Name;
        if (ImageReference.TryParse(written, out var reference, out _) && reference.Repository == image.Image.Repository)
            return written;
        return HasRegistry(written) || !HasRegistry(image.Image.Name) ? image.Image.Name : image.Image.Repository.Path;
    }

    private static bool HasRegistry(string name) => name.Split('/') is [var first, _, ..] && (first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost");

    private string? Another(ImagePolicy image) => image.HelmParameters.Spec is { } spec ? HelmVersions.Another($"'{Path}': {spec}", Value(spec), image) : null;

    private string? Value(string name) => TryFind(name, out var value, out _) ? value : null;

    private bool TryFind(string name, out string? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        return ValuePath.TryParse(name, out var path, out problem) && _file.TryFind(path, out value, out problem);
    }
}
