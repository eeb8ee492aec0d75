using System.Text;
using System.Text.Json;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>An Application of a scenario: a Helm source with one annotated image, unless it says otherwise.</summary>
internal sealed record Deployment(string Name, string Image)
{
    public string Namespace { get; init; } = "argocd";

    public string Alias { get; init; } = "web";

    /// <summary>What follows the image in the image list, colon included; empty for none.</summary>
    public string Constraint { get; init; } = ":~1";

    /// <summary>Further annotations, under <c>gitopsbumper.io/</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Null is the repository of the stage.</summary>
    public string? RepositoryUrl { get; init; }

    public string TargetRevision { get; init; } = "main";

    /// <summary>What the source is rendered with, one line of YAML; null is Helm, empty says nothing.</summary>
    public string? RenderedBy { get; init; }

    /// <summary>Null is <c>apps/</c> and the name.</summary>
    public string? Path { get; init; }

    /// <summary>Parameters of the Application itself.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The tag in the override file at the start; null leaves the file out.</summary>
    public string? Tag { get; init; } = "1.0.0";

    public string Folder => Path ?? $"apps/{Name}";

    public string OverrideFile => $"{Folder}/.argocd-source-{Name}.yaml";

    public string OverrideText(string tag) => Parameter("image.name", Image, "helm:\n  parameters:\n") + Parameter("image.tag", tag, "");

    /// <summary>The manifest as people write it.</summary>
    public string ToYaml(string defaultRepositoryUrl)
    {
        var text = new StringBuilder();
        text.Append(
            $"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: {Name}
              namespace: {Namespace}
              annotations:
                gitopsbumper.io/image-list: {Quote($"{Alias}={Image}{Constraint}")}

            """);
        foreach (var (key, value) in Annotations)
            text.Append("    gitopsbumper.io/").Append(key).Append(": ").Append(Quote(value)).Append('\n');
        text.Append(
            $"""
            spec:
              project: default
              destination:
                server: https://kubernetes.default.svc
                namespace: default
              source:
                repoURL: {Quote(RepositoryUrl ?? defaultRepositoryUrl)}
                path: {Quote(Folder)}
                targetRevision: {Quote(TargetRevision)}

            """);
        text.Append(RenderedBy is null ? $"    helm:\n      releaseName: {Name}\n" : RenderedBy.Length == 0 ? "" : $"    {RenderedBy}\n");
        if (Parameters.Count > 0)
            text.Append("      parameters:\n");
        foreach (var (name, value) in Parameters)
            text.Append("      - name: ").Append(name).Append("\n        value: ").Append(Quote(value)).Append('\n');
        return text.ToString();
    }

    private static string Parameter(string name, string value, string before) => $"{before}  - name: {name}\n    value: {value}\n    forcestring: true\n";

    private static string Quote(string value) => JsonSerializer.Serialize(value);
}
