using System.Runtime.CompilerServices;

namespace GitOpsBumper.EndToEndTests.Fixtures;

/// <summary>The files of examples/, which are tested where they lie.</summary>
internal static class Examples
{
    public static string Folder { get; } = FindFolder();

    /// <summary>A file after somebody put in what is theirs.</summary>
    public static string Read(string example, params (string Theirs, string Ours)[] changes)
    {
        var text = File.ReadAllText(Path.Combine(Folder, example));
        foreach (var (theirs, ours) in changes)
        {
            Assert.Contains(theirs, text, StringComparison.Ordinal);
            text = text.Replace(theirs, ours, StringComparison.Ordinal);
        }

        return text;
    }

    private static string FindFolder([CallerFilePath] string thisFile = "")
    {
        var folder = new FileInfo(thisFile).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GitOpsBumper.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException($"no GitOpsBumper.sln above {thisFile}"), "examples");
    }
}
