using System.Text.RegularExpressions;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>Reads fields as the Kubernetes API would: what has to be a string is refused when it is a number or a boolean.</summary>
internal static partial class ManifestFields
{
    /// <summary>A string, or null when the field is missing.</summary>
    public static string? Text(ManifestNode? owner, string key)
    {
        var node = owner?[key];
        if (node is null)
            return null;
        return node.Text ?? throw new ManifestException(node.Line, $"'{key}' is {node.Kind}, it has to be a text");
    }

    /// <summary>A mapping of strings; empty when the field is missing.</summary>
    public static IReadOnlyDictionary<string, string> Texts(ManifestNode? node, string what)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is null)
            return texts;
        foreach (var (key, value) in node.Map ?? throw new ManifestException(node.Line, $"{what} is {node.Kind}, it has to be a mapping of texts"))
        {
            if (value.IsNull)
                continue;
            if (value.Text is null)
                throw new ManifestException(value.Line, $"{what}: the value of '{key}' is {value.Kind}, it has to be a text");
            if (!value.IsString && OtherType().IsMatch(value.Text))
                throw new ManifestException(value.Line, $"{what}: the value of '{key}' is {value.Text}, which YAML does not read as a text; write it in quotes");
            texts[key] = value.Text;
        }

        return texts;
    }

    public static bool Flag(ManifestNode? owner, string key) => owner?[key]?.Text is "true" or "True" or "TRUE";

    public static List<ManifestNode> Items(ManifestNode? owner, string key)
    {
        var node = owner?[key];
        return node is null ? [] : node.Items ?? throw new ManifestException(node.Line, $"'{key}' is {node.Kind}, it has to be a list");
    }

    [GeneratedRegex(@"\A(?:true|false|True|False|TRUE|FALSE|[-+]?[0-9]+|[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex OtherType();
}
