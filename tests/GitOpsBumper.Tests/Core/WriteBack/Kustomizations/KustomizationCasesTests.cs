using System.Text;
using System.Text.Json;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Kustomizations;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack.Kustomizations;

/// <summary>Each folder of <c>Vectors/kustomization</c> is one file before and after, or the problem that keeps it as it is.</summary>
public sealed class KustomizationCasesTests
{
    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(VectorFile.PathOf("kustomization")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_file_becomes_the_expected_one_or_the_problem_is_told(string name)
    {
        var (image, version) = Request(name);
        var text = Set(Read(name, "before.yaml"), image, version, out var problem);
        var expected = Read(name, "after.yaml");
        if (Read(name, "problem.txt") is { } told)
        {
            Assert.Null(expected);
            Assert.Contains(told.TrimEnd(), problem, StringComparison.Ordinal);
            return;
        }

        Assert.Null(problem);
        Assert.Equal(expected, text);
        Assert.Equal(text, Set(text, image, version, out _));
        Assert.True(KustomizationFile.TryRead(text, out var file, out _));
        Assert.NotEmpty(file.WrittenVersions(image));
        Assert.All(file.WrittenVersions(image), written => Assert.Equal(version, written.Version));
    }

    [Fact]
    public void What_the_file_says_is_read_with_its_lines()
    {
        const string Text = "# top\nimages:\n- {name: web, newName: registry.example.com/team/web, newTag: 1.20}\n\n- digest: none\n  name: nginx\n  newTag: ${TAG}\n- name: redis\n  newTag: ''\n";
        Assert.True(KustomizationFile.TryRead(Text, out var file, out var problem), problem);
        Assert.Equal(
            [
                new KustomizationEntry("web", "registry.example.com/team/web", "1.20", null, 3),
                new KustomizationEntry("nginx", null, "${TAG}", "none", 5),
                new KustomizationEntry("redis", null, null, null, 8),
            ],
            file.Entries);
        Assert.Equal([new WrittenVersion(WriteBackImage.Version("1.20"), "1.20", 3)], file.WrittenVersions(WriteBackImage.Of("registry.example.com/team/web")));
        Assert.Equal([new WrittenVersion(null, "${TAG}@none", 5)], file.WrittenVersions(WriteBackImage.Of("docker.io/library/nginx")));
        Assert.Empty(file.WrittenVersions(WriteBackImage.Of("redis")));
        Assert.Empty(file.WrittenVersions(WriteBackImage.Of("registry.example.com/team/web", "placeholder")));
    }

    private static string? Set(string? text, ImagePolicy image, ImageVersion version, out string? problem)
    {
        if (!KustomizationFile.TryRead(text, out var file, out problem))
            return null;
        return file.TrySet(image, version, out var changed, out problem) ? changed.Text : null;
    }

    private static (ImagePolicy Image, ImageVersion Version) Request(string name)
    {
        var request = JsonDocument.Parse(Read(name, "request.json")!).RootElement;
        Assert.True(ImageVersion.TryParse(request.GetProperty("version").GetString()!, out var version, out var problem), problem);
        return (WriteBackImage.Of(request.GetProperty("image").GetString()!, request.TryGetProperty("kustomizeName", out var own) ? own.GetString() : null), version);
    }

    /// <summary>With its byte order mark, which reading as text would swallow.</summary>
    private static string? Read(string name, string file)
    {
        var path = VectorFile.PathOf("kustomization", name, file);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : null;
    }
}
