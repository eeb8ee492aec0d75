using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Tests.Support;

/// <summary>A program of a test.</summary>
internal static class ScriptFile
{
    /// <summary>
    /// Another process writes it: while this one has a file open for writing, every process that it starts inherits that for a moment, and the
    /// system runs no file that is open for writing.
    /// </summary>
    /// <param name="path">Its folder is made.</param>
    /// <param name="body">Of a shell script.</param>
    public static async Task<string> WriteAsync(string path, string body)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + ".draft";
        await File.WriteAllTextAsync(draft, $"#!/bin/sh\n{body}\n", TestContext.Current.CancellationToken);
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(new ProcessRequest("install", ["-m", "755", draft, path]), TestContext.Current.CancellationToken);
        Assert.Equal(0, result.ExitCode);
        File.Delete(draft);
        return path;
    }
}
