using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>Reads the file; <see cref="RegistryEntryReader"/> reads its entries.</summary>
internal static class RegistryConfigurationReader
{
    private const int MaxLength = 1024 * 1024;
    private const int MaxEntries = 1000;

    public static bool TryRead(string text, [NotNullWhen(true)] out RegistryConfiguration? value, out IReadOnlyList<RegistryProblem> problems)
    {
        value = null;
        var found = new List<RegistryProblem>();
        problems = found;
        if (text.Length > MaxLength)
        {
            found.Add(new RegistryProblem(1, "", "", "", $"the file has {text.Length} characters, at most {MaxLength} are read"));
            return false;
        }

        if (!TryReadEntries(text, found, out var entries))
            return false;
        var endpoints = new List<RegistryEndpoint>(entries.Count);
        var notes = new List<string>();
        for (var index = 0; index < entries.Count; index++)
        {
            var reader = new RegistryEntryReader(entries[index], index + 1, found, notes);
            if (reader.Read() is { } endpoint)
                Add(endpoint, entries[index], endpoints, found);
        }

        if (found.Count > 0)
            return false;
        value = new RegistryConfiguration(endpoints, notes);
        return true;
    }

    private static void Add(RegistryEndpoint endpoint, YamlNode node, List<RegistryEndpoint> endpoints, List<RegistryProblem> problems)
    {
        var line = (int)node.Start.Line;
        if (endpoints.Find(other => other.Prefix == endpoint.Prefix) is { } twin)
            problems.Add(new RegistryProblem(line, endpoint.Name, "prefix", endpoint.Prefix, $"'{endpoint.Prefix}' is already the prefix of registry '{twin.Name}', a prefix stands once"));
        if (endpoint.IsDefault && endpoints.Find(other => other.IsDefault) is { } standard)
            problems.Add(new RegistryProblem(line, endpoint.Name, "default", "true", $"registry '{standard.Name}' is already the default, only one can be"));
        endpoints.Add(endpoint);
    }

    private static bool TryReadEntries(string text, List<RegistryProblem> problems, out IReadOnlyList<YamlNode> entries)
    {
        entries = [];
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException failure)
        {
            problems.Add(new RegistryProblem((int)failure.Start.Line, "", "", "", $"the file is not YAML: {failure.Message}"));
            return false;
        }

        if (stream.Documents.Count == 0)
            return true;
        var root = stream.Documents[0].RootNode;
        if (root is not YamlMappingNode mapping)
        {
            problems.Add(new RegistryProblem((int)root.Start.Line, "", "", "", "the file has no 'registries:' at its top, which holds the list of registries"));
            return false;
        }

        foreach (var (key, node) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: "registries" })
                problems.Add(new RegistryProblem((int)key.Start.Line, "", $"{key}", "", $"'{key}' is not known at the top of the file, allowed is 'registries'"));
            else if (node is YamlSequenceNode { Children: var children })
                entries = [.. children];
            else if (node is not YamlScalarNode { Value: "" or null or "null" or "~" })
                problems.Add(new RegistryProblem((int)node.Start.Line, "", "registries", "", "'registries' is not a list"));
        }

        if (entries.Count > MaxEntries)
            problems.Add(new RegistryProblem(1, "", "registries", "", $"the list has {entries.Count} registries, at most {MaxEntries} are read"));
        return problems.Count == 0;
    }
}
