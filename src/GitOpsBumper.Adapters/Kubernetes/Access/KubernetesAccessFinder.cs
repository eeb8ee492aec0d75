using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>What is known when a cluster is looked for.</summary>
/// <param name="Environment">The value of an environment variable; null when it is not set.</param>
/// <param name="Time">Of tokens that change or expire.</param>
public sealed record KubernetesAccessQuestion(Func<string, string?> Environment, TimeProvider Time)
{
    /// <summary>The value of <c>--kubeconfig</c>; null: not given.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The value of <c>--context</c>; null: the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The value of <c>--namespace</c>; null: that of the context, or of the pod.</summary>
    public string? Namespace { get; init; }

    /// <summary>Where the kubelet puts token, ca.crt and namespace.</summary>
    public string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";
}

/// <summary>
/// Finds the cluster: <c>--kubeconfig</c>, else <c>KUBECONFIG</c>, else the cluster that we run in, else <c>~/.kube/config</c>. The first place that
/// says anything counts alone, and what is wrong there is never mended by the next one: that could be another cluster.
/// </summary>
public static class KubernetesAccessFinder
{
    /// <param name="question">Where to look.</param>
    /// <param name="access">Null when there are problems.</param>
    /// <param name="problems">Finished sentences without secrets; all at once.</param>
    public static bool TryFind(KubernetesAccessQuestion question, [NotNullWhen(true)] out KubernetesAccess? access, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        var files = Files(question, found, out var isInCluster);
        access = found.Count > 0 ? null : isInCluster ? InClusterAccess.Read(question, found) : FromKubeconfig(question, files, found);
        if (access is not null)
        {
            access = access with { Namespace = question.Namespace ?? access.Namespace };
            CheckNamespace(access, question, found);
        }

        if (found.Count > 0)
            access = null;
        return access is not null;
    }

    /// <summary>The files that count; none when it is the cluster itself, or there are problems.</summary>
    private static string[] Files(KubernetesAccessQuestion question, List<string> problems, out bool isInCluster)
    {
        isInCluster = false;
        if (question.Kubeconfig is { } flag)
        {
            if (flag.Length == 0)
                problems.Add("--kubeconfig is empty, it has to be the path of a kubeconfig");
            return [flag];
        }

        var list = question.Environment("KUBECONFIG") is { Length: > 0 } variable ? variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) : [];
        if (list.Length > 0)
        {
            string[] there = [.. list.Where(Path.Exists)];
            if (there.Length == 0)
                problems.Add($"KUBECONFIG names {Quoted.List(list)}, but {(list.Length == 1 ? "there is no such file" : "none of these files is there")}");
            return there;
        }

        // A context is a word of kubeconfig files: whoever names one does not mean the pod's own cluster.
        var whyNot = question.Context is null ? InClusterAccess.WhyNot(question) : "a context is asked for, which only a kubeconfig has";
        isInCluster = whyNot is null;
        if (isInCluster)
            return [];
        var home = question.Environment("HOME");
        var standard = string.IsNullOrEmpty(home) ? null : Path.Combine(home, ".kube", "config");
        if (Path.Exists(standard))
            return [standard];
        problems.Add(
            $"no cluster is known: --kubeconfig is not given, KUBECONFIG is not set, this is not a pod with a service account ({whyNot}), and "
            + (standard is null ? "HOME is not set, so that there is no ~/.kube/config" : $"there is no file '{standard}'"));
        return [];
    }

    private static KubernetesAccess? FromKubeconfig(KubernetesAccessQuestion question, IReadOnlyList<string> files, List<string> problems)
    {
        var kubeconfig = Kubeconfig.Read(files, problems);
        if (problems.Count > 0)
            return null;
        var name = question.Context ?? kubeconfig.CurrentContext;
        if (name is null || !kubeconfig.Contexts.TryGetValue(name, out var entry))
        {
            var there = kubeconfig.Contexts.Count == 0 ? "there are no contexts" : $"the contexts are {Quoted.List(kubeconfig.Contexts.Keys.ToList())}";
            problems.Add(name is null
                ? $"{kubeconfig.Where}: there is no current-context, and --context is not given; {there}"
                : $"{kubeconfig.Where}: there is no context '{Quoted.Short(name)}'{(question.Context is null ? ", which current-context names" : "")}; {there}");
            return null;
        }

        var context = new KubeconfigFields(entry, entry.Content, "", problems);
        context.RefuseNearly(["cluster", "user", "namespace", "extensions"]);
        var clusterEntry = Choose(context, "cluster", kubeconfig.Clusters);
        var user = Choose(context, "user", kubeconfig.Users);
        var space = context.Text("namespace") ?? "default";
        if (clusterEntry is null || user is null)
            return null;
        // Whether the cluster is right or not, what is wrong with the user is told as well.
        var cluster = ClusterReader.Read(clusterEntry, problems) ?? ClusterReader.Unknown;
        return UserReader.Read(user, cluster, clusterEntry, question.Environment, question.Time, problems) with { Namespace = space, Name = name };
    }

    private static KubeconfigEntry? Choose(KubeconfigFields context, string kind, IReadOnlyDictionary<string, KubeconfigEntry> entries)
    {
        var name = context.Text(kind);
        if (name is not null && entries.TryGetValue(name, out var entry))
            return entry;
        var there = entries.Count == 0 ? $"there are no {kind}s" : $"the {kind}s are {Quoted.List(entries.Keys.ToList())}";
        context.Add(kind, name is null ? $"it is missing; {there}" : $"there is no {kind} '{Quoted.Short(name)}'; {there}");
        return null;
    }

    /// <summary>It stands in paths of requests.</summary>
    private static void CheckNamespace(KubernetesAccess access, KubernetesAccessQuestion question, List<string> problems)
    {
        if (!NamespacedName.TryParse($"{access.Namespace}/any", out _, out _) || access.Namespace.Contains('.', StringComparison.Ordinal))
            problems.Add($"{(question.Namespace is null ? $"the namespace of '{Quoted.Short(access.Name)}'" : "--namespace")} is '{Quoted.Short(access.Namespace)}', allowed are up to 63 of a-z, 0-9 and '-'");
    }
}
