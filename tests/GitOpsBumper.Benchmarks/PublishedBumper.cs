using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks;

/// <summary>The executable as it is released.</summary>
internal static class PublishedBumper
{
    /// <returns>Its path.</returns>
    public static async Task<string> MakeAsync(string folder, CancellationToken token)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "GitOpsBumper.sln")))
            root = root.Parent;
        if (root is null)
            throw new InvalidOperationException("the source is not above this program; publish bumper and name it with --bumper");
        await ChildProcess.RunAsync(
            "dotnet", ["publish", Path.Combine(root.FullName, "src", "GitOpsBumper"), "--configuration", "Release", "--output", folder], new RunOptions(), token);
        return Path.Combine(folder, "bumper");
    }
}
