using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>Where a scenario writes, and with how many commits.</summary>
/// <param name="Grouping">Of <c>--commit-grouping</c>.</param>
internal sealed record Layout(string Grouping)
{
    /// <summary>Of <c>git-branch</c>; null is the source's.</summary>
    public string? Branch { get; init; }

    /// <summary>Override files, or one file for both applications: <c>helmvalues</c> or <c>kustomization</c>.</summary>
    public string Target { get; init; } = "argocd-source";

    public string WebConstraint { get; init; } = ":~1";

    public string WebTag { get; init; } = "1.0.0";

    public IReadOnlyDictionary<string, string> WebAnnotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What each file begins with.</summary>
    public string Head => Target switch
    {
        "argocd-source" => "helm:\n  parameters:\n",
        "kustomization" => "images:\n",
        _ => "",
    };

    /// <summary>The file that has the version of an image, and what stands in the line above it.</summary>
    public (string File, string Line) Place(string alias)
    {
        var application = alias == "api" ? "api" : "web";
        return Target switch
        {
            "argocd-source" => ($"apps/{application}/.argocd-source-{application}.yaml", $"name: {alias}.tag"),
            "helmvalues" => ("deploy/values.yaml", $"repository: {alias}"),
            _ => ("deploy/kustomization.yaml", $"# {alias}"),
        };
    }

    public string Entry(string alias, string image, string tag) => Target switch
    {
        "argocd-source" => $"  - name: {alias}.name\n    value: {image}\n    forcestring: true\n  - name: {alias}.tag\n    value: {tag}\n    forcestring: true\n",
        "helmvalues" => $"{alias}:\n  repository: {alias}\n  tag: {tag}\n",
        _ => $"- name: {image}\n  # {alias}\n  newTag: {tag}\n",
    };

    /// <summary>With the annotations that lead to these places.</summary>
    public Deployment Complete(Deployment deployment, params string[] aliases)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Target != "argocd-source")
            annotations["write-back-target"] = Target == "helmvalues" ? "helmvalues:/deploy/values.yaml" : "kustomization:/deploy";
        foreach (var alias in aliases)
        {
            if (Target == "argocd-source")
                annotations[$"{alias}.helm.image-name"] = $"{alias}.name";
            if (Target != "kustomization")
                annotations[$"{alias}.helm.image-tag"] = $"{alias}.tag";
        }

        return deployment with { Annotations = annotations, RenderedBy = Target == "kustomization" ? "kustomize: {}" : null };
    }
}
