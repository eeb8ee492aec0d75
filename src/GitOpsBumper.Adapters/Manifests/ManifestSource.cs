using System.IO.Enumeration;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;
using YamlDotNet.Core;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>Loads manifests from files and folders: many documents and lists are fine, a bad document does not spoil its neighbours.</summary>
public static class ManifestSource
{
    /// <summary>Larger files are refused.</summary>
    public const long MaxFileBytes = 64 * 1024 * 1024;

    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <param name="paths">Files, and folders that are searched for <c>*.yaml</c>, <c>*.yml</c> and <c>*.json</c>; hidden folders are left out.</param>
    /// <param name="defaultNamespace">Of objects that name none.</param>
    public static ManifestSet Load(IEnumerable<string> paths, string defaultNamespace = "argocd")
    {
        var collector = new ManifestCollector(defaultNamespace);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in paths.SelectMany(Files))
        {
            if (seen.Add(Path.GetFullPath(file)))
                Load(file, collector);
        }

        return collector.ToSet();
    }

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        // Linked files are read, as a mounted config map has them; linked folders are not entered, so that none is entered for ever.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, MaxRecursionDepth = 64 };
        return new FileSystemEnumerable<string>(path, static (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.FileName.StartsWith(".") && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && File.Exists(file))
            .Order(StringComparer.Ordinal);
    }

    private static void Load(string file, ManifestCollector collector)
    {
        try
        {
            if (new FileInfo(file).Length > MaxFileBytes)
            {
                collector.Add(new ManifestProblem(file, 0, $"the file has more than {MaxFileBytes} bytes and is not read", IsNote: false));
                return;
            }

            using var text = new StreamReader(file);
            try
            {
                foreach (var document in new ManifestParser(text).Documents())
                    collector.Add(file, document);
            }
            catch (YamlException failure)
            {
                Refuse(file, (int)failure.Start.Line, $"not YAML: {failure.Message.Split('\n')[0].TrimEnd('.')}", collector);
            }
            catch (ManifestException failure)
            {
                Refuse(file, failure.Line, failure.Message, collector);
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
            {
                Refuse(file, 0, $"not YAML: {failure.Message.Split('\n')[0]}", collector);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            collector.Add(new ManifestProblem(file, 0, $"the file cannot be read: {failure.Message}", IsNote: false));
        }
    }

    /// <summary>Folders hold templates of charts too, which are no YAML: that is a note, unless an Application may be hidden in the file.</summary>
    private static void Refuse(string file, int line, string message, ManifestCollector collector)
    {
        var mayHoldApplication = File.ReadLines(file).Any(text => text.Contains("kind:", StringComparison.Ordinal) && (text.Contains("Application", StringComparison.Ordinal) || text.Contains(ImageUpdaterResource.Kind, StringComparison.Ordinal)));
        collector.Add(new ManifestProblem(file, line, message, IsNote: !mayHoldApplication));
    }
}

/// <summary>Sorts documents by kind.</summary>
internal sealed class ManifestCollector(string defaultNamespace)
{
    private readonly Dictionary<NamespacedName, ApplicationSnapshot> _applications = [];
    private readonly Dictionary<NamespacedName, KubernetesSecret> _secrets = [];
    private readonly Dictionary<NamespacedName, KubernetesConfigMap> _configMaps = [];
    private readonly Dictionary<NamespacedName, AppProject> _projects = [];
    private readonly Dictionary<NamespacedName, ImageUpdaterResource> _imageUpdaters = [];
    private readonly Dictionary<NamespacedName, string> _files = [];
    private readonly List<ManifestProblem> _problems = [];

    public void Add(ManifestProblem problem) => _problems.Add(problem);

    public void Add(string file, ManifestNode document)
    {
        try
        {
            Sort(file, document, depth: 0);
        }
        catch (ManifestException failure)
        {
            Add(new ManifestProblem(file, failure.Line, failure.Message, IsNote: false));
        }
    }

    public ManifestSet ToSet()
    {
        var rules = new ImageUpdaterRules(_imageUpdaters.Values, defaultNamespace);
        return new ManifestSet
        {
            Applications = [.. _applications.Values.Select(rules.Apply)],
            ImageUpdaters = [.. _imageUpdaters.Values],
            Secrets = [.. _secrets.Values],
            ConfigMaps = [.. _configMaps.Values],
            Projects = [.. _projects.Values],
            Problems = [.. _problems, .. rules.Problems.Select(problem => new ManifestProblem(_files[problem.Resource], 0, $"{ImageUpdaterResource.Kind} {problem.Resource}: {problem}", IsNote: false))],
        };
    }

    private void Sort(string file, ManifestNode document, int depth)
    {
        var group = document["apiVersion"]?.Text?.Split('/')[0];
        switch (document["kind"]?.Text)
        {
            case { } kind when kind.EndsWith("List", StringComparison.Ordinal) && depth == 0:
                foreach (var item in document["items"]?.Items ?? [])
                    AddItem(file, item);
                break;
            case "Application" when group == "argoproj.io":
                Keep(file, document, _applications, ApplicationManifest.Read(document, Name(document)));
                break;
            case "AppProject" when group == "argoproj.io":
                Keep(file, document, _projects, ProjectManifest.Read(document, Name(document)));
                break;
            case "Secret" when group == "v1":
                Keep(file, document, _secrets, SecretManifest.Read(document, Name(document)));
                break;
            case "ConfigMap" when group == "v1":
                Keep(file, document, _configMaps, ConfigMapManifest.Read(document, Name(document)));
                break;
            case ImageUpdaterResource.Kind when group == "argocd-image-updater.argoproj.io":
                _files.TryAdd(Name(document), file);
                Keep(file, document, _imageUpdaters, ImageUpdaterManifest.Read(document, Name(document)));
                break;
            case "ApplicationSet" when group?.EndsWith("argoproj.io", StringComparison.Ordinal) == true:
                Add(new ManifestProblem(file, document.Line, $"{document["kind"]?.Text} {document["metadata"]?["name"]?.Text} is not used by this version", IsNote: true));
                break;
        }
    }

    private void AddItem(string file, ManifestNode item)
    {
        try
        {
            Sort(file, item, depth: 1);
        }
        catch (ManifestException failure)
        {
            Add(new ManifestProblem(file, failure.Line, failure.Message, IsNote: false));
        }
    }

    private void Keep<T>(string file, ManifestNode document, Dictionary<NamespacedName, T> kept, T value)
    {
        if (!kept.TryAdd(Name(document), value))
            Add(new ManifestProblem(file, document.Line, $"{document["kind"]?.Text} {Name(document)} is defined a second time; the first one counts", IsNote: false));
    }

    private NamespacedName Name(ManifestNode document)
    {
        var metadata = document["metadata"];
        var text = $"{metadata?["namespace"]?.Text ?? defaultNamespace}/{metadata?["name"]?.Text}";
        return NamespacedName.TryParse(text, out var name, out var problem) ? name : throw new ManifestException(document.Line, $"{document["kind"]?.Text} has no usable name: {problem}");
    }
}
