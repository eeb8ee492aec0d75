using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>The Helm parameters, or the variables of a plugin, of one image.</summary>
internal sealed class HelmParameterReader(ImageAnnotations annotations, ParameterWords words)
{
    private const int MaxNameLength = 256;

    /// <summary>Null when there is none.</summary>
    public string? OverrideTag { get; private set; }

    public HelmParameterNames Read()
    {
        var spec = ReadName(words.Spec);
        var name = ReadName(words.Name);
        var tag = ReadName(words.Tag);
        var overrideTag = words.Override is null ? null : ReadName(words.Override);
        if (spec is not null)
        {
            var why = $"{words.Spec} '{spec}' takes name and tag together, so the other two are not written";
            annotations.NoteWithoutEffect(words.Name, why);
            annotations.NoteWithoutEffect(words.Tag, why);
        }

        var names = spec is null ? new HelmParameterNames(name ?? words.DefaultName, tag ?? words.DefaultTag, null) { IsDefaultName = name is null } : new HelmParameterNames("", "", spec);
        if (spec is null && names.Name == names.Tag)
        {
            Report(words.Tag, words.Name,
                $"'{names.Tag}' is both the {words.Noun} for the name and the one for the tag; allowed are two {words.Noun}s, or {words.Spec} for both in one");
        }

        OverrideTag = words.Override is null ? null : ChooseOverrideTag(overrideTag, names);
        return names;
    }

    private string? ChooseOverrideTag(string? given, HelmParameterNames names)
    {
        if (given is not null && (given == names.Name || given == names.Tag || given == names.Spec))
        {
            Report(words.Override!, words.Tag,
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

    private string? ReadName(string key) => annotations.Read<string>(annotations.FindOwn(key), words.TryParse);

    private void Report(string key, string otherKey, string message)
    {
        if ((annotations.FindOwn(key) ?? annotations.FindOwn(otherKey)) is { } value)
            annotations.Problems.Add(value.Problem(message));
    }

    /// <summary>What Helm takes for the name of a parameter.</summary>
    public static bool TryParseParameter(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? problem)
    {
        var isName = text.Length <= MaxNameLength && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or '=' or '{' or '}');
        value = isName ? text : null;
        problem = isName ? null : $"'{Shortened.Text(text)}' is not the name of a Helm parameter, such as image.tag: at most {MaxNameLength} characters, without spaces, ',', '=' and braces";
        return isName;
    }

    /// <summary>What a process takes for the name of a variable.</summary>
    public static bool TryParseVariable(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? problem)
    {
        var isName = text.Length is > 0 and <= MaxNameLength && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        value = isName ? text : null;
        problem = isName ? null : $"'{Shortened.Text(text)}' is not the name of an environment variable, such as IMAGE_TAG: letters, digits and '_', at most {MaxNameLength}";
        return isName;
    }
}

/// <summary>The annotations by which one image's parameters are named.</summary>
/// <param name="Name">The key for the name.</param>
/// <param name="Tag">The key for the tag.</param>
/// <param name="Spec">The key for both in one.</param>
/// <param name="Override">The key for what holds a version; null: there is no such thing.</param>
/// <param name="DefaultName">Without <paramref name="Name"/>.</param>
/// <param name="DefaultTag">Without <paramref name="Tag"/>.</param>
/// <param name="Noun">What they are.</param>
/// <param name="TryParse">Checks a name.</param>
internal sealed record ParameterWords(string Name, string Tag, string Spec, string? Override, string DefaultName, string DefaultTag, string Noun, ImageAnnotations.Parser<string> TryParse)
{
    public static ParameterWords Helm { get; } = new(
        AnnotationKeys.HelmImageName, AnnotationKeys.HelmImageTag, AnnotationKeys.HelmImageSpec, AnnotationKeys.HelmOverrideTag, "image.name", "image.tag", "parameter", HelmParameterReader.TryParseParameter);

    /// <summary>The same annotations where they name keys of a values file.</summary>
    public static ParameterWords Values { get; } = Helm with { Noun = "value" };

    public static ParameterWords Plugin { get; } = new(
        AnnotationKeys.PluginImageName, AnnotationKeys.PluginImageTag, AnnotationKeys.PluginImageSpec, null, "IMAGE_NAME", "IMAGE_TAG", "variable", HelmParameterReader.TryParseVariable);
}
