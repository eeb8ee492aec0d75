using System.Text;
using GitOpsBumper.Core.WriteBack.Values;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack.Values;

/// <summary>
/// Each folder of <c>Vectors/helmvalues</c> is a file before (none: no file yet), a request of lines <c>path = value</c> (<c>\n</c> is a line end in the value), and the file
/// after it or the beginning of the problem that keeps it as it is.
/// </summary>
public sealed class ValuesFileCasesTests
{
    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(VectorFile.PathOf("helmvalues")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_file_becomes_the_expected_one_or_the_problem_is_told(string name)
    {
        var request = Request(name);
        var text = Apply(Read(name, "before.yaml"), request, out var problem);
        if (Read(name, "problem.txt") is { } expected)
        {
            Assert.Contains(expected.TrimEnd(), problem, StringComparison.Ordinal);
            return;
        }

        Assert.Null(problem);
        Assert.Equal(Read(name, "after.yaml"), text);
        Assert.Equal(text, Apply(text, request, out _));
        Assert.True(ValuesFile.TryRead(text, out var file, out problem), problem);
        Assert.All(request, line => Assert.Equal(line.Value, file.TryFind(line.Key, out var value, out _) ? value : null));
    }

    private static string? Apply(string? text, List<KeyValuePair<ValuePath, string>> request, out string? problem)
    {
        if (!ValuesFile.TryRead(text, out var file, out problem))
            return null;
        foreach (var (path, value) in request)
        {
            if (!file.TrySet(path, value, out file, out problem))
                return null;
        }

        return file.Text;
    }

    private static List<KeyValuePair<ValuePath, string>> Request(string name) =>
    [
        .. Read(name, "request")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" = ", 2)).Select(parts => ValuePath.TryParse(parts[0], out var path, out var problem)
            ? KeyValuePair.Create(path, parts[1].Replace("\\n", "\n", StringComparison.Ordinal))
            : throw new InvalidOperationException(problem)),
    ];

    /// <summary>With its byte order mark, which reading as text would swallow.</summary>
    private static string? Read(string name, string file)
    {
        var path = VectorFile.PathOf("helmvalues", name, file);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : null;
    }
}
