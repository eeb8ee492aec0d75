using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>The Helm parameters of one image.</summary>
internal sealed class HelmParameterReader(ImageAnnotations annotations)
{
    private const string DefaultName = "image.name";
    private const string DefaultTag = "image.tag";
    private const int MaxNameLength = 256;

    /// <summary>Null when there is none.</summary>
    public string? OverrideTag { get; private set; }

    public HelmParameterNames Read()
    {
        var spec = ReadName(AnnotationKeys.HelmImageSpec);
        var name = ReadName(AnnotationKeys.HelmImageName);
        var tag = ReadName(AnnotationKeys.HelmImageTag);
        var overrideTag = ReadName(AnnotationKeys.HelmOverrideTag);
        if (spec is not null)
        {
            var why = $"helm.image-spec '{spec}' takes name and tag together, so the other two are not written";
            annotations.NoteWithoutEffect(AnnotationKeys.HelmImageName, why);
            annotations.NoteWithoutEffect(AnnotationKeys.HelmImageTag, why);
        }

        var names = spec is null ? new HelmParameterNames(name ?? DefaultName, tag ?? DefaultTag, null) { IsDefaultName = name is null } : new HelmParameterNames("", "", spec);
        if (spec is null && names.Name == names.Tag)
        {
            Report(AnnotationKeys.HelmImageTag, AnnotationKeys.HelmImageName,
                $"'{names.Tag}' is both the parameter for the name and the one for the tag; allowed are two parameters, or helm.image-spec for both in one");
        }

        OverrideTag = ChooseOverrideTag(overrideTag, names);
        return names;
    }

    private string? ChooseOverrideTag(string? given, HelmParameterNames names)
    {
        if (given is not null && (given == names.Name || given == names.Tag || given == names.Spec))
        {
            Report(AnnotationKeys.HelmOverrideTag, AnnotationKeys.HelmImageTag,
                $"'{given}' is a parameter that versions are written to, so it cannot be the one that holds them; allowed is another parameter");
        }

        if (given is not null || names.Spec is not null)
            return given;
        var derived = names.Tag[..(LastSegmentStart(names.Tag))] + "overrideTag";
        return derived == names.Tag || derived == names.Name ? null : derived;
    }

    /// <summary>Dots that belong to a key are written <c>\.</c>.</summary>
    public static int LastSegmentStart(string parameter)
    {
        for (var i = parameter.Length - 1; i >= 0; i--)
        {
            if (parameter[i] == '.' && (i == 0 || parameter[i - 1] != '\\'))
                return i + 1;
        }

        return 0;
    }

    private string? ReadName(string key) => annotations.Read<string>(annotations.FindOwn(key), TryParseName);

    private void Report(string key, string otherKey, string message)
    {
        if ((annotations.FindOwn(key) ?? annotations.FindOwn(otherKey)) is { } value)
            annotations.Problems.Add(value.Problem(message));
    }

    private static bool TryParseName(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? problem)
    {
        var isName = text.Length <= MaxNameLength && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or '=' or '{' or '}');
        value = isName ? text : null;
        problem = isName ? null : $"'{Shortened.Text(text)}' is not the name of a Helm parameter, such as image.tag: at most {MaxNameLength} characters, without spaces, ',', '=' and braces";
        return isName;
    }
}
