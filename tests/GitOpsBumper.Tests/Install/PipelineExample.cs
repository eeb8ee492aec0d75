using System.Text.RegularExpressions;
using GitOpsBumper.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.Tests.Install;

/// <summary>A file of examples/ci, and what it lets a shell or a container run.</summary>
internal static partial class PipelineExample
{
    public const string Folder = "examples/ci";
    public const string Image = "ghcr.io/gitops-bumper/gitops-bumper";

    public static string Text(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, Folder, file));

    /// <summary>The arguments of every <c>bumper</c>, whether it is a program of the shell or the entry point of the image.</summary>
    public static IReadOnlyList<string[]> Commands(string file) => file.StartsWith("tekton", StringComparison.Ordinal)
        ? [.. TektonSteps(file).Where(step => IsOurs(step["image"])).Select(step => ManifestFile.List(step["args"]).Select(argument => argument.ToString()).ToArray())]
        : [.. Scripts(file).SelectMany(script => Continued().Replace(script, " ").Split('\n')).Select(Arguments).OfType<string[]>()];

    public static IReadOnlyList<YamlNode> TektonSteps(string file) => ManifestFile.List(ManifestFile.Read($"{Folder}/{file}").Single()["spec"]["steps"]);

    /// <summary>Of GitLab: all that has a script.</summary>
    public static IReadOnlyList<YamlNode> Jobs(string file) => [.. ManifestFile.Read($"{Folder}/{file}").Single().Children.Values.Where(job => ManifestFile.At(job, "script") is not null)];

    public static bool IsOurs(YamlNode? image) => image?.ToString().StartsWith($"{Image}:", StringComparison.Ordinal) == true;

    private static IEnumerable<string> Scripts(string file)
    {
        if (file == "Jenkinsfile")
            return [Text(file)];
        if (file.StartsWith("gitlab", StringComparison.Ordinal))
            return Jobs(file).SelectMany(job => ManifestFile.List(job["script"])).Select(line => line.ToString());
        var jobs = (YamlMappingNode)ManifestFile.Read($"{Folder}/{file}").Single()["jobs"];
        return jobs.Children.Values.SelectMany(job => ManifestFile.List(job["steps"])).Select(step => ManifestFile.At(step, "run")?.ToString()).OfType<string>();
    }

    /// <summary>Null: the line runs something else.</summary>
    private static string[]? Arguments(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('"', '\'')).ToList();
        var program = words.FindIndex(word => word == "bumper" || word.StartsWith($"{Image}:", StringComparison.Ordinal));
        return program < 0 || (words[program] != "bumper" && !words.Take(program).Contains("run")) ? null : [.. words.Skip(program + 1)];
    }

    [GeneratedRegex("""\\\n\s*""", RegexOptions.NonBacktracking)]
    private static partial Regex Continued();
}
