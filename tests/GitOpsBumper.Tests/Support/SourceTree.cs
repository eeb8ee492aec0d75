using System.Runtime.CompilerServices;

namespace GitOpsBumper.Tests.Support;

/// <summary>The files of the repository these tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>C# files below a folder of the repository, generated ones left out.</summary>
    public static IEnumerable<string> CSharpFiles(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(thisFile)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GitOpsBumper.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"no GitOpsBumper.sln above {thisFile}");
    }
}
