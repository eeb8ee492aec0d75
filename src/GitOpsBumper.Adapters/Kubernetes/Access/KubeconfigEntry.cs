using System.Text;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>What stands under one name of a kubeconfig.</summary>
/// <param name="File">As it was named.</param>
/// <param name="Kind">cluster, user or context.</param>
/// <param name="Name">Of the entry.</param>
/// <param name="Content">Null: nothing.</param>
internal sealed record KubeconfigEntry(string File, string Kind, string Name, ManifestNode? Content)
{
    /// <summary>That paths in the entry are relative to: of a link the one it lies in.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(File)) ?? "/";

    /// <summary>For messages.</summary>
    public string Where => $"kubeconfig '{File}', {Kind} '{Quoted.Short(Name)}'";
}

/// <summary>Reads the fields of an entry and collects what is wrong with them.</summary>
/// <param name="entry">Where it stands.</param>
/// <param name="node">The entry's content, or a part of it.</param>
/// <param name="prefix">Before the names of fields in messages: <c>exec.</c>, or empty.</param>
/// <param name="problems">Finished sentences; never with a token, a key or a password.</param>
internal sealed class KubeconfigFields(KubeconfigEntry entry, ManifestNode? node, string prefix, List<string> problems)
{
    public void Add(string field, string message) => problems.Add($"{entry.Where}, {prefix}{field}: {message}");

    public bool Has(string field) => node?[field] is { } value && value.Text is not { Length: 0 };

    public ManifestNode? Node(string field) => node?[field];

    /// <summary>Null when it is missing or empty.</summary>
    public string? Text(string field)
    {
        var value = node?[field];
        if (value is { Text: null })
            Add(field, $"it is {value.Kind}, it has to be a text");
        return string.IsNullOrEmpty(value?.Text) ? null : value.Text;
    }

    public bool Flag(string field)
    {
        var value = node?[field];
        switch (value?.Text?.ToUpperInvariant())
        {
            case "TRUE":
                return true;
            case "FALSE":
                return false;
            default:
                if (value is not null)
                    Add(field, value.Text is null ? $"it is {value.Kind}, allowed are true and false" : $"'{Quoted.Short(value.Text)}' is not known, allowed are true and false");
                return false;
        }
    }

    /// <summary>Empty when the list is missing.</summary>
    public IReadOnlyList<ManifestNode> Items(string field)
    {
        var value = node?[field];
        if (value is not null && value.Items is null)
            Add(field, $"it is {value.Kind}, it has to be a list");
        return value?.Items ?? [];
    }

    /// <summary>A path as it counts from anywhere; null when the field is missing.</summary>
    public string? FilePath(string field)
    {
        if (Text(field) is not { } path)
            return null;
        if (!path.Contains('\0', StringComparison.Ordinal))
            return Path.GetFullPath(path, entry.Folder);
        Add(field, "it holds a zero character, which no path has");
        return null;
    }

    /// <summary>PEM in place (the field with <c>-data</c>, base64) or from the file that the field names; null when there is neither, or a problem.</summary>
    public string? Pem(string field)
    {
        var data = Text($"{field}-data");
        var path = FilePath(field);
        if (data is not null && path is not null)
        {
            Add(field, $"{field}-data stands there too, only one of the two can count");
            return null;
        }

        if (path is not null)
        {
            if (BoundedFile.TryRead(path, BoundedFile.MaxPemBytes, out var text, out var problem))
                return text;
            Add(field, problem);
        }

        if (data is null)
            return null;
        var bytes = new byte[data.Length];
        if (data.Length <= 2 * BoundedFile.MaxPemBytes && Convert.TryFromBase64String(data, bytes, out var count))
            return Encoding.UTF8.GetString(bytes, 0, count);
        Add($"{field}-data", data.Length > 2 * BoundedFile.MaxPemBytes ? $"it has more than {2 * BoundedFile.MaxPemBytes} characters" : "it is not base64, which PEM has to be in here");
        return null;
    }

    /// <summary>Other fields are ignored, as they are by kubectl, unless only letter case or dashes keep them from meaning something.</summary>
    public void RefuseNearly(IReadOnlyList<string> known)
    {
        if (node is not null && node.Map is null)
        {
            problems.Add($"{entry.Where}: {(prefix.Length == 0 ? "its content" : prefix.TrimEnd('.'))} is {node.Kind}, it has to be a mapping");
            return;
        }

        foreach (var field in node?.Map?.Keys.Except(known, StringComparer.Ordinal) ?? [])
        {
            if (known.FirstOrDefault(name => Plain(name) == Plain(field)) is { } meant)
                Add(Quoted.Short(field), $"the field is not known, it is written '{meant}'");
        }

        static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
    }
}
