using System.Text;
using System.Text.Json;
using GitOpsBumper.Core.WriteBack.Compose;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack.Compose;

/// <summary>Each folder of <c>Vectors/compose</c> is one file before and after, or the problem that keeps it as it is.</summary>
public sealed class ComposeFileCasesTests
{
    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(VectorFile.PathOf("compose")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_file_becomes_the_expected_one_or_the_problem_is_told(string name)
    {
        var request = JsonSerializer.Deserialize<Request>(Read(name, "request.json")!, JsonSerializerOptions.Web)!;
        var text = Set(Read(name, "before.yaml")!, request, out var problem);
        var expected = Read(name, "after.yaml");
        if (Read(name, "problem.txt") is { } told)
        {
            Assert.Null(expected);
            Assert.Null(text);
            Assert.Contains(told.TrimEnd(), problem, StringComparison.Ordinal);
            return;
        }

        Assert.Null(problem);
        Assert.Equal(expected, text);
        Assert.Equal(text, Set(text!, request, out _));
    }

    [Fact]
    public void What_services_say_is_read_with_its_place()
    {
        Assert.True(ComposeFile.TryRead("services:\n  web:\n    image: web:1.4.2\n  job:\n    image: web\n  db:\n    image: postgres:17\n", out var file, out var problem), problem);
        var written = Assert.Single(file.WrittenVersions(WriteBackImage.Of("web")));
        Assert.Equal(("1.4.2", 3), (written.Version?.ToString(), written.Line));
        Assert.True(file.HasServiceWithoutVersion(WriteBackImage.Of("web")));
        Assert.False(file.HasServiceWithoutVersion(WriteBackImage.Of("postgres")));
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_made()
    {
        Assert.False(ComposeFile.TryRead(null, out _, out var problem));
        Assert.Equal("there is no compose file; it is called compose.yaml, compose.yml, docker-compose.yml or docker-compose.yaml, or write-back-target names it as compose:<path>", problem);
    }

    private static string? Set(string text, Request request, out string? problem)
    {
        if (!ComposeFile.TryRead(text, out var file, out problem))
            return null;
        return file.TrySet(WriteBackImage.Of(request.Image) with { ComposeService = request.Service }, WriteBackImage.Version(request.Version), out var changed, out problem) ? changed.Text : null;
    }

    private static string? Read(string name, string file)
    {
        var path = VectorFile.PathOf("compose", name, file);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : null;
    }

    private sealed record Request(string Image, string Version, string? Service);
}
