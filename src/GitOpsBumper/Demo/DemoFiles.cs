namespace GitOpsBumper.Demo;

/// <summary>The manifests and charts of the demo.</summary>
internal static class DemoFiles
{
    public static string Applications(string registry, string repository) => $$"""
        # A version range: the newest 1.x.
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: web
          namespace: argocd
          annotations:
            gitopsbumper.io/image-list: web={{registry}}/team/web:~1
            gitopsbumper.io/web.helm.image-name: image.repository
            gitopsbumper.io/web.helm.image-tag: image.tag
        spec:
          project: default
          source:
            repoURL: {{repository}}
            targetRevision: main
            path: charts/web
            helm:
              parameters:
                - name: replicaCount
                  value: "3"
        ---
        # A moving tag, by digest.
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: api
          namespace: argocd
          annotations:
            gitopsbumper.io/image-list: api={{registry}}/team/api:stable
            gitopsbumper.io/api.update-strategy: digest
        spec:
          project: default
          source:
            repoURL: {{repository}}
            targetRevision: main
            path: charts/api
            helm: {}
        ---
        # The newest build among the tags of one branch.
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: worker
          namespace: argocd
          annotations:
            gitopsbumper.io/image-list: worker={{registry}}/team/worker
            gitopsbumper.io/worker.update-strategy: newest-build
            gitopsbumper.io/worker.allow-tags: regexp:^main-[0-9a-f]{7}$
        spec:
          project: default
          source:
            repoURL: {{repository}}
            targetRevision: main
            path: charts/worker
            helm: {}

        """;

    /// <summary>Path and text of every file.</summary>
    public static IReadOnlyDictionary<string, string> Repository(string registry) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["charts/web/Chart.yaml"] = Chart("web"),
        ["charts/web/values.yaml"] = Values($"{registry}/team/web", "1.4.2"),
        ["charts/web/.argocd-source-web.yaml"] = $"""
            # Comments stay where they are.
            helm:
              parameters:
              - name: image.repository
                value: {registry}/team/web
                forcestring: true
              - name: image.tag
                value: '1.4.2'   # set by the release train
                forcestring: true

            """,
        ["charts/api/Chart.yaml"] = Chart("api"),
        ["charts/api/values.yaml"] = Values($"{registry}/team/api", "stable"),
        ["charts/worker/Chart.yaml"] = Chart("worker"),
        ["charts/worker/values.yaml"] = Values($"{registry}/team/worker", "main-3f2a1b9"),
    };

    private static string Chart(string name) => $"apiVersion: v2\nname: {name}\nversion: 0.1.0\n";

    private static string Values(string repository, string tag) => $"image:\n  repository: {repository}\n  tag: {tag}\n";
}
