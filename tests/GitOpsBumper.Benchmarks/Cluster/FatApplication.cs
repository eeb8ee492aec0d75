using System.Globalization;
using System.Text;

namespace GitOpsBumper.Benchmarks.Cluster;

/// <summary>Applications as long-lived clusters have them: some 30 KB each, of which the bot reads less than one.</summary>
internal static class FatApplication
{
    private const int Projects = 20;
    private const int Repositories = 50;

    private static readonly string Bulk = Tree() + History() + "\"reconciledAt\":\"2026-05-01T12:00:00Z\",\"health\":{\"status\":\"Healthy\"},";

    private static readonly string ManagedFields = string.Join(',', Enumerable.Range(0, 8).Select(number =>
        $$$"""{"manager":"argocd-{{{number}}}","operation":"Update","apiVersion":"argoproj.io/v1alpha1","time":"2026-05-01T12:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{{{Fields(12)}}}}}"""));

    /// <summary>As an item of a list.</summary>
    public static byte[] Item(int number)
    {
        var name = $"application-{number:D5}";
        var applied = new string('x', 1500);
        return Encoding.UTF8.GetBytes($$$"""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"annotations":{"argocd-image-updater.argoproj.io/image-list":"web=registry.example.com/team/{{{name}}}:~1",
            "argocd-image-updater.argoproj.io/web.update-strategy":"semver","argocd-image-updater.argoproj.io/write-back-method":"git",
            "kubectl.kubernetes.io/last-applied-configuration":"{{{applied}}}"},"creationTimestamp":"2026-05-01T12:00:00Z","finalizers":["resources-finalizer.argocd.argoproj.io"],
            "labels":{"app.kubernetes.io/instance":"{{{name}}}","app.kubernetes.io/part-of":"shop","environment":"production"},"managedFields":[{{{ManagedFields}}}],
            "name":"{{{name}}}","namespace":"argocd","resourceVersion":"{{{number + 1000}}}","uid":"{{{new Guid(number, 0, 0, new byte[8])}}}"},
            "spec":{"destination":{"namespace":"{{{name}}}","server":"https://kubernetes.default.svc"},"project":"project-{{{number % Projects}}}",
            "source":{"helm":{"parameters":[{"name":"image.tag","value":"1.2.{{{number}}}"}],"valueFiles":["values.yaml","values-production.yaml"]},"path":"apps/{{{name}}}",
            "repoURL":"https://git.example.com/team/deploy-{{{number % Repositories}}}.git","targetRevision":"main"},"syncPolicy":{"automated":{"prune":true,"selfHeal":true}} },
            "status":{{{{Bulk}}}"sourceType":"Helm","summary":{"images":["registry.example.com/team/{{{name}}}:1.2.{{{number}}}","registry.example.com/base/sidecar:2.0.1","nginx:1.27.3"]},
            "sync":{"revision":"0123456789abcdef0123456789abcdef01234567","status":"Synced"}} }
            """);
    }

    /// <summary>The status alone, as JSON.</summary>
    /// <param name="image">That runs.</param>
    public static string Status(string image) => $$$"""
        {{{{Bulk}}}"sourceType":"Helm","summary":{"images":["{{{image}}}","registry.example.com/base/sidecar:2.0.1","nginx:1.27.3"]},"sync":{"revision":"0123456789abcdef0123456789abcdef01234567","status":"Synced","comparedTo":{"destination":{},"source":{"repoURL":"https://git.example.com/a"} } } }
        """;

    private static string Fields(int count) =>
        $"{{{string.Join(',', Enumerable.Range(0, count).Select(number => $"\"f:field{number.ToString(CultureInfo.InvariantCulture)}\":{{\".\":{{}},\"f:value\":{{}}}}"))}}}";

    private static string Tree() => $"\"resources\":[{string.Join(',', Enumerable.Range(0, 90).Select(number =>
        $$$"""{"group":"apps","health":{"message":"ReplicaSet has {{{number}}} available replicas","status":"Healthy"},"kind":"Deployment","name":"resource-{{{number}}}","namespace":"production","status":"Synced","version":"v1"}"""))}],";

    private static string History() => $"\"history\":[{string.Join(',', Enumerable.Range(0, 10).Select(number =>
        $$$"""{"deployStartedAt":"2026-05-01T12:00:00Z","deployedAt":"2026-05-01T12:00:01Z","id":{{{number}}},"revision":"0123456789abcdef0123456789abcdef01234567","source":{"helm":{"values":"image:\n  tag: 1.2.{{{number}}}\n  repository: registry.example.com/team/web\nresources:\n  limits:\n    memory: 256Mi\n"},"path":"apps/web","repoURL":"https://git.example.com/team/deploy.git","targetRevision":"main"}}"""))}],";
}
