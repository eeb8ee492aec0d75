using GitOpsBumper.Core;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>One mapping of a resource and its path. What is wrong with it is collected, and stops nobody who reads on.</summary>
internal sealed class ResourceFields
{
    private const int MaxItems = 1000;
    private const int MaxUnknown = 20;

    private readonly ManifestNode? _node;
    private readonly string _path;
    private readonly List<ResourceMistake> _mistakes;

    /// <param name="node">Null when there is none; anything but a mapping is a mistake.</param>
    /// <param name="path">Of the mapping.</param>
    /// <param name="mistakes">Gets what is wrong.</param>
    public ResourceFields(ManifestNode? node, string path, List<ResourceMistake> mistakes)
    {
        (_path, _mistakes) = (path, mistakes);
        _node = node is { Map: null } ? null : node;
        if (node is { Map: null })
            Report(path, node, "it has to be a mapping");
    }

    public bool IsThere => _node is not null;

    public string Path => _path;

    /// <summary>The same mapping, of which what is wrong is told to others.</summary>
    public ResourceFields With(List<ResourceMistake> mistakes) => new(_node, _path, mistakes);

    public string PathOf(string name) => $"{_path}.{name}";

    public bool Has(string name) => _node?[name] is not null;

    /// <summary>A mapping in this one.</summary>
    public ResourceFields Below(string name) => Below(name, _mistakes);

    /// <param name="mistakes">Of what is in it.</param>
    public ResourceFields Below(string name, List<ResourceMistake> mistakes) => new(_node?[name], PathOf(name), mistakes);

    /// <summary>A text; null when it is missing or something else, which is a mistake.</summary>
    public string? Text(string name)
    {
        var node = _node?[name];
        return node is null ? null : Text(node, PathOf(name));
    }

    /// <summary>A required text; empty when it is missing.</summary>
    public string Required(string name)
    {
        if (Has(name))
            return Text(name) ?? "";
        _mistakes.Add(new ResourceMistake(PathOf(name), "", $"'{name}' is missing; it has to be there"));
        return "";
    }

    public bool? Flag(string name)
    {
        var node = _node?[name];
        if (node is null or { IsString: false, Text: "true" or "false" })
            return node is null ? null : node.Text == "true";
        Report(PathOf(name), node, "allowed are true and false, without quotes");
        return null;
    }

    /// <summary>The items of a list; empty when it is missing.</summary>
    public IReadOnlyList<ManifestNode> Items(string name)
    {
        var node = _node?[name];
        if (node?.Items is not { } items)
        {
            if (node is not null)
                Report(PathOf(name), node, "it has to be a list");
            return [];
        }

        if (items.Count <= MaxItems)
            return items;
        _mistakes.Add(new ResourceMistake(PathOf(name), "", $"the list has {items.Count} items, at most {MaxItems} are allowed"));
        return [];
    }

    /// <summary>Texts of a list; those that are none are left out and mistakes.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. Items(name).Select((item, index) => Text(item, $"{PathOf(name)}[{index}]")).OfType<string>()];

    /// <summary>The texts of a mapping.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs() =>
        (_node?.Map ?? []).Where(pair => !pair.Value.IsNull).Select(pair => KeyValuePair.Create(pair.Key, Text(pair.Value, PathOf(pair.Key)) ?? ""));

    /// <summary>The fields that have the meaning of annotations.</summary>
    public IEnumerable<ResourceSetting> Settings(IEnumerable<FieldMeaning> meanings)
    {
        foreach (var (name, key, kind) in meanings)
        {
            if (!Has(name))
                continue;
            var value = kind switch
            {
                FieldKind.List => string.Join('\n', Texts(name)),
                FieldKind.Flag => Flag(name) switch { null => null, true => "true", false => "false" },
                _ => Text(name),
            };
            if (value is not null)
                yield return new ResourceSetting(key, value, PathOf(name)) { IsList = kind == FieldKind.List };
        }
    }

    /// <summary>The API server leaves out what it does not know; in a file it is probably meant to be something else.</summary>
    /// <param name="names">Of all fields that there are.</param>
    /// <param name="stops">Whether nobody can go on without knowing what is meant.</param>
    public void Expect(IEnumerable<string> names, bool stops = false)
    {
        var known = names.ToList();
        foreach (var unknown in (_node?.Map?.Keys ?? Enumerable.Empty<string>()).Where(key => !known.Contains(key)).Take(MaxUnknown))
            _mistakes.Add(new ResourceMistake(PathOf(Shortened.Text(unknown)), "", $"field '{Shortened.Text(unknown)}' is not known; allowed are {string.Join(", ", known)}", stops));
    }

    private string? Text(ManifestNode node, string path)
    {
        if (node.Text is not { } text)
            Report(path, node, "it has to be a text");
        else if (!node.IsString && ManifestFields.IsOtherType(text))
            _mistakes.Add(new ResourceMistake(path, Shortened.Text(text), $"'{Shortened.Text(text)}' is not read as a text by YAML; write it in quotes"));
        else if (text.Any(char.IsControl))
            _mistakes.Add(new ResourceMistake(path, Shortened.Text(text), "the text has line ends or other characters that cannot be shown; allowed is one line"));
        else
            return text;
        return null;
    }

    private void Report(string path, ManifestNode node, string allowed) => _mistakes.Add(new ResourceMistake(
        path, Shortened.Text(node.Text ?? ""), node.Text is { } text && !node.IsNull ? $"'{Shortened.Text(text)}' is a text; {allowed}" : $"the field is {node.Kind}; {allowed}"));
}
