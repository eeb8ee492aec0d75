using GitOpsBumper.Adapters.Manifests;
using YamlDotNet.Core;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>Several kubeconfig files as one, merged as kubectl does it: whoever defines a name first defines it alone.</summary>
/// <seealso href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files"/>
internal sealed class Kubeconfig
{
    private readonly Dictionary<string, KubeconfigEntry> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigEntry> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigEntry> _contexts = new(StringComparer.Ordinal);
    private readonly List<string> _problems;

    private Kubeconfig(IReadOnlyList<string> files, List<string> problems)
    {
        _problems = problems;
        Where = files.Count == 1 ? $"kubeconfig '{files[0]}'" : $"the kubeconfig files {string.Join(", ", files.Select(file => $"'{file}'"))}";
        foreach (var file in files)
            Add(file);
    }

    /// <summary>For messages: all files.</summary>
    public string Where { get; }

    /// <summary>Null when no file sets it.</summary>
    public string? CurrentContext { get; private set; }

    public IReadOnlyDictionary<string, KubeconfigEntry> Clusters => _clusters;

    public IReadOnlyDictionary<string, KubeconfigEntry> Users => _users;

    public IReadOnlyDictionary<string, KubeconfigEntry> Contexts => _contexts;

    /// <summary>What is wrong with an entry that nobody uses is not looked at.</summary>
    public static Kubeconfig Read(IReadOnlyList<string> files, List<string> problems) => new(files, problems);

    private void Add(string file)
    {
        if (!BoundedFile.TryRead(file, BoundedFile.MaxKubeconfigBytes, out var text, out var unread))
        {
            _problems.Add($"a kubeconfig cannot be read: {unread}");
            return;
        }

        try
        {
            var documents = new ManifestParser(new StringReader(Untabbed(text))).Documents().Where(document => !document.IsNull).Take(2).ToList();
            if (documents.Count > 1)
                _problems.Add($"kubeconfig '{file}' line {documents[1].Line}: a second document begins, a kubeconfig has one");
            else if (documents.Count == 1)
                Add(file, documents[0]);
        }
        catch (YamlException failure)
        {
            _problems.Add($"kubeconfig '{file}' line {failure.Start.Line}: not YAML: {failure.Message.Split('\n')[0].TrimEnd('.')}");
        }
        catch (ManifestException failure)
        {
            _problems.Add($"kubeconfig '{file}' line {failure.Line}: {failure.Message}");
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            _problems.Add($"kubeconfig '{file}': not YAML: {failure.Message.Split('\n')[0].TrimEnd('.')}");
        }
    }

    private void Add(string file, ManifestNode document)
    {
        if (document.Map is null)
        {
            _problems.Add($"kubeconfig '{file}': it is {document.Kind}, a kubeconfig is a mapping with clusters, users and contexts");
            return;
        }

        var (kind, version) = (document["kind"]?.Text, document["apiVersion"]?.Text);
        if (kind is not (null or "" or "Config") || version is not (null or "" or "v1"))
        {
            _problems.Add($"kubeconfig '{file}': it is of kind '{Quoted.Short($"{kind}")}' and apiVersion '{Quoted.Short($"{version}")}', allowed are Config and v1");
            return;
        }

        if (CurrentContext is null && document["current-context"]?.Text is { Length: > 0 } current)
            CurrentContext = current;
        Add(file, document, "cluster", _clusters);
        Add(file, document, "user", _users);
        Add(file, document, "context", _contexts);
    }

    private void Add(string file, ManifestNode document, string kind, Dictionary<string, KubeconfigEntry> entries)
    {
        var list = document[$"{kind}s"];
        if (list is not null && list.Items is null)
            _problems.Add($"kubeconfig '{file}' line {list.Line}: {kind}s is {list.Kind}, it has to be a list");
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list?.Items ?? [])
        {
            if (item["name"]?.Text is not { Length: > 0 } name)
                _problems.Add($"kubeconfig '{file}' line {item.Line}: an entry of {kind}s has no name");
            else if (!own.Add(name))
                _problems.Add($"kubeconfig '{file}' line {item.Line}: {kind} '{Quoted.Short(name)}' is defined a second time");
            else
                entries.TryAdd(name, new KubeconfigEntry(file, kind, name, item[kind]));
        }
    }

    /// <summary>JSON is YAML but for tabs around its values; within them it has none.</summary>
    private static string Untabbed(string text) => text.AsSpan().TrimStart().StartsWith("{") ? text.Replace('\t', ' ') : text;
}
