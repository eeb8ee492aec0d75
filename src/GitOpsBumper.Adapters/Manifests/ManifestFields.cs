using System.Globalization;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>Reads fields as the Kubernetes API would: what has to be a string is refused when it is a number or a boolean.</summary>
internal static class ManifestFields
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
    public static Dictionary<string, string> Texts(ManifestNode? node, string what)
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
            if (!value.IsString && IsOtherType(value.Text))
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

    /// <summary>YAML reads it as a boolean or a number, so that the Kubernetes API would not take it for a text.</summary>
    public static bool IsOtherType(string text) =>
        text is "true" or "false" or "True" or "False" or "TRUE" or "FALSE"
        || (text.Length > 2 && text.StartsWith("0x", StringComparison.Ordinal) && text.Skip(2).All(char.IsAsciiHexDigit))
        || (text.Length > 2 && text.StartsWith("0o", StringComparison.Ordinal) && text.Skip(2).All(c => c is >= '0' and <= '7'))
        || (text.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or 'e' or 'E')
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _));
}
