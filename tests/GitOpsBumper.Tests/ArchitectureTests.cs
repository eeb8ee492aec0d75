using System.Text.RegularExpressions;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests;

/// <summary>The house rules that a machine can hold.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Which room may use which; a room that is not listed may use none.</summary>
    private static readonly Dictionary<string, string[]> Core = new(StringComparer.Ordinal)
    {
        ["Images"] = [],
        ["Versions"] = [],
        ["Yaml"] = [],
        ["Selection"] = ["Images", "Versions"],
        ["Applications"] = ["Images"],
        ["Schedules"] = ["Applications"],
        ["Credentials"] = ["Applications", "Images"],
        ["Approvals"] = ["Applications", "Credentials", "Images"],
        ["Signatures"] = ["Applications", "Credentials", "Images"],
        ["Annotations"] = ["Applications", "Approvals", "Credentials", "Images", "Messages", "PullRequests", "Schedules", "Selection", "Signatures", "Versions"],
        ["ImageUpdaters"] = ["Annotations", "Applications", "Selection"],
        ["WriteBack"] = ["Annotations", "Applications", "Holds", "Images", "Yaml"],
        ["Holds"] = ["Applications", "Approvals", "Images"],
        ["Messages"] = ["Applications", "Holds", "Images"],
        ["PullRequests"] = ["Applications", "Holds", "Images", "Messages"],
        ["Notifications"] = ["Applications", "Images", "Messages", "Selection", "Versions"],
        ["Planning"] = ["Annotations", "Applications", "Approvals", "Holds", "Images", "Messages", "Schedules", "Selection", "Signatures", "WriteBack"],
    };

    private static readonly Dictionary<string, string[]> Adapters = new(StringComparer.Ordinal)
    {
        ["Telemetry"] = [],
        ["Http"] = ["Telemetry"],
        ["Processes"] = [],
        ["Manifests"] = [],
        ["Credentials"] = ["Http", "Manifests", "Processes"],
        ["Identity"] = ["Http"],
        ["Triggers"] = ["Http"],
        ["Kubernetes"] = ["Http", "Manifests", "Processes", "Telemetry"],
        ["Registries"] = ["Http", "Telemetry"],
        ["Git"] = ["Http", "Manifests", "Processes", "Telemetry"],
        ["PullRequests"] = ["Git", "Http"],
        ["Notifications"] = ["Http"],
    };

    private static readonly Dictionary<string, string[]> Shell = new(StringComparer.Ordinal)
    {
        ["Configuration"] = [],
        ["Logging"] = [],
        ["Controller"] = ["Configuration"],
        ["Reports"] = ["Controller"],
        ["Cluster"] = ["Configuration", "Controller"],
        ["Metrics"] = ["Controller", "Reports"],
        ["Notifying"] = ["Configuration", "Controller", "Metrics"],
        ["Tracing"] = [],
        ["Web"] = ["Metrics"],
        ["Webhooks"] = [],
        ["Api"] = ["Configuration", "Controller", "Metrics", "Reports", "Webhooks"],
        ["Hosting"] = ["Api", "Cluster", "Configuration", "Controller", "Logging", "Metrics", "Notifying", "Reports", "Tracing", "Web"],
        ["Demo"] = ["Configuration", "Controller"],
        ["Cli"] = ["Configuration", "Controller", "Demo", "Hosting", "Logging", "Notifying", "Reports"],
    };

    [Fact]
    public void Rooms_of_Core_use_only_what_the_table_allows() => Check(typeof(Tag).Assembly.Location, "GitOpsBumper.Core", Core);

    [Fact]
    public void Rooms_of_Adapters_use_only_what_the_table_allows() =>
        Check(Path.Combine(AppContext.BaseDirectory, "GitOpsBumper.Adapters.dll"), "GitOpsBumper.Adapters", Adapters);

    [Fact]
    public void Rooms_of_the_shell_use_only_what_the_table_allows() =>
        Check(Path.Combine(AppContext.BaseDirectory, "bumper.dll"), "GitOpsBumper", Shell, "Core", "Adapters");

    [Fact]
    public void No_file_is_longer_than_300_lines() => Assert.Empty(
        SourceTree.CSharpFiles("src").Concat(SourceTree.CSharpFiles("tests")).Where(file => File.ReadLines(file).Count() > 300).Select(Relative));

    [Fact]
    public void No_folder_holds_more_than_15_files() => Assert.Empty(
        SourceTree.CSharpFiles("src").Concat(SourceTree.CSharpFiles("tests")).GroupBy(Path.GetDirectoryName).Where(folder => folder.Count() > 15)
            .Select(folder => $"{Relative(folder.Key!)}: {folder.Count()} files"));

    [Fact]
    public void Core_is_synchronous() => Assert.Empty(
        SourceTree.CSharpFiles("src/GitOpsBumper.Core").Where(file => Asynchronous().IsMatch(File.ReadAllText(file))).Select(Relative));

    [Fact]
    public void No_type_is_called_by_what_it_is_not() => Assert.Empty(
        SourceTree.CSharpFiles("src").Concat(SourceTree.CSharpFiles("tests"))
            .SelectMany(file => VagueName().Matches(File.ReadAllText(file)).Select(match => $"{Relative(file)}: {match.Groups["name"].Value}")));

    private static void Check(string assembly, string root, Dictionary<string, string[]> allowed, params string[] floorsBelow)
    {
        var wrong = RoomUse.Read(assembly, root)
            .Where(use => !floorsBelow.Contains(use.To) && !(allowed.TryGetValue(use.From, out var rooms) && rooms.Contains(use.To)))
            .Select(use => $"{use.From} uses {use.To} in {use.Type}").Distinct().Order(StringComparer.Ordinal);
        Assert.Empty(wrong);
    }

    private static string Relative(string path) => Path.GetRelativePath(SourceTree.Root, path);

    [GeneratedRegex(@"\b(?:async|await|Task|ValueTask)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Asynchronous();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?<name>\w*(?:Helper|Helpers|Utils|Utilities|Common|Manager))\b", RegexOptions.NonBacktracking)]
    private static partial Regex VagueName();
}
