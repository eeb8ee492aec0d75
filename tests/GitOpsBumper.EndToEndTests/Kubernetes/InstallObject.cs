using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>An object of examples/install, as it would be sent to an API server.</summary>
/// <param name="Json">May be changed.</param>
internal sealed record InstallObject(JsonObject Json)
{
    /// <summary>Where the files are.</summary>
    public static string Folder { get; } = System.IO.Path.Combine(Examples.Folder, "install");

    public string Kind => (string)Json["kind"]!;

    public string Name => (string)Json["metadata"]!["name"]!;

    /// <summary>Of the API server, in a namespace where the kind has one.</summary>
    public string Path(string space)
    {
        var version = (string)Json["apiVersion"]!;
        var root = version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}";
        return Kind switch
        {
            "ClusterRole" or "ClusterRoleBinding" => $"{root}/{Kind.ToLowerInvariant()}s/{Name}",
            "NetworkPolicy" => $"{root}/namespaces/{space}/networkpolicies/{Name}",
            _ => $"{root}/namespaces/{space}/{Kind.ToLowerInvariant()}s/{Name}",
        };
    }

    /// <param name="file">Relative to <see cref="Folder"/>.</param>
    public static IReadOnlyList<InstallObject> Read(string file)
    {
        using var text = File.OpenText(System.IO.Path.Combine(Folder, file));
        var stream = new YamlStream();
        stream.Load(text);
        return [.. stream.Documents.Select(document => new InstallObject(Convert(document.RootNode)!.AsObject()))];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value!, Convert(entry.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } scalar => scalar.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new InvalidOperationException($"{node.NodeType} is not expected in examples/install"),
    };
}
