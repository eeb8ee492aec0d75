using System.Text;
using System.Text.Json;
using GitOpsBumper.Core.WriteBack.Markers;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack.Markers;

/// <summary>Each folder of <c>Vectors/markers</c> is one file before and after, or the problem that keeps it as it is.</summary>
public sealed class MarkedFileCasesTests
{
    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(VectorFile.PathOf("markers")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

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
            Assert.Contains(told.TrimEnd(), problem, StringComparison.Ordinal);
            return;
        }

        Assert.Null(problem);
        Assert.Equal(expected, text);
        Assert.Equal(text, Set(text!, request, out _));
    }

    [Fact]
    public void What_is_marked_is_read_with_its_place()
    {
        var file = Read("a: web:1.4.2 # {\"bumper\": \"web\"}\n---\nb: &x '1.20' # {\"bumper\": \"prod:web:tag\"}\nc: *x # {\"$imagepolicy\": \"flux-system:api:tag\"}\nd: # empty\n");
        Assert.Equal(
            [
                new Mark("web", null, MarkField.Image, "web:1.4.2", 1),
                new Mark("web", "prod", MarkField.Tag, "1.20", 3),
                new Mark("api", null, MarkField.Tag, "1.20", 4),
            ],
            file.Marks);
        Assert.Equal(["1.4.2", "1.20"], file.WrittenVersions(WriteBackImage.Of("web"), "prod").Select(written => written.Version?.ToString()));
        Assert.Equal(["1.4.2"], file.WrittenVersions(WriteBackImage.Of("web"), "dev").Select(written => written.Version?.ToString()));
        Assert.Empty(file.WrittenVersions(WriteBackImage.Of("web") with { Alias = null }, "prod"));
    }

    [Fact]
    public void A_tag_and_a_digest_that_are_marked_apart_are_one_version()
    {
        var file = Read($"a: 1.4.2 # {{\"bumper\": \"web:tag\"}}\nb: {WriteBackImage.Digests[0]} # {{\"bumper\": \"web:digest\"}}\nc: x # {{\"bumper\": \"api\"}}\n");
        Assert.Equal(WriteBackImage.Version($"1.4.2@{WriteBackImage.Digests[0]}"), Assert.Single(file.WrittenVersions(WriteBackImage.Of("web"), "prod")).Version);
        var api = Assert.Single(file.WrittenVersions(WriteBackImage.Of("api", alias: "api"), "prod"));
        Assert.Equal((null, "x", 3), (api.Version, api.Text, api.Line));
    }

    [Fact]
    public void Documents_are_bounded()
    {
        Assert.False(MarkedFile.TryRead(string.Concat(Enumerable.Repeat("--- a\n", 10_001)), out _, out var problem));
        Assert.Contains("10000", problem, StringComparison.Ordinal);
        Assert.True(MarkedFile.TryRead(string.Concat(Enumerable.Repeat("--- a\n", 10_000)), out _, out _));
    }

    private static MarkedFile Read(string text)
    {
        Assert.True(MarkedFile.TryRead(text, out var file, out var problem), problem);
        return file;
    }

    private static string? Set(string text, Request request, out string? problem)
    {
        if (!MarkedFile.TryRead(text, out var file, out problem))
            return null;
        return file.TrySet(WriteBackImage.Of(request.Image, alias: request.Alias), request.Namespace, WriteBackImage.Version(request.Version), out var changed, out problem) ? changed.Text : null;
    }

    /// <summary>With its byte order mark, which reading as text would swallow.</summary>
    private static string? Read(string name, string file)
    {
        var path = VectorFile.PathOf("markers", name, file);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : null;
    }

    private sealed record Request(string Alias, string Namespace, string Image, string Version);
}
