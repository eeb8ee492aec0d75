using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Overrides;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack.Overrides;

/// <summary>
/// Each folder of <c>Vectors/overrides-kustomize</c> and <c>Vectors/overrides-plugin</c> is one override file before (none: no file) and after, or
/// the problem that keeps it as it is.
/// </summary>
public sealed class SourceFileCasesTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static TheoryData<string> KustomizeCases() => Cases("overrides-kustomize");

    public static TheoryData<string> PluginCases() => Cases("overrides-plugin");

    [Theory]
    [MemberData(nameof(KustomizeCases))]
    public void A_file_of_images_becomes_the_expected_one_or_the_problem_is_told(string name) => Check<ImagesRequest>("overrides-kustomize", name, Apply);

    [Theory]
    [MemberData(nameof(PluginCases))]
    public void A_file_of_variables_becomes_the_expected_one_or_the_problem_is_told(string name) => Check<VariablesRequest>("overrides-plugin", name, Apply);

    [Fact]
    public void What_the_file_says_is_read_with_its_marks()
    {
        const string Text = "kustomize:\n  images:\n  - web=registry.example.com/team/web:1.4.2\n  - nginx:1.20 # carried over from the Application by GitOpsBumper\n  - nginx\nplugin:\n  env: [{name: A, value: 1.20}]\n";
        Assert.True(KustomizeSourceFile.TryRead(Text, out var images, out var problem), problem);
        Assert.Equal([new OverrideImage("web=registry.example.com/team/web:1.4.2", false), new OverrideImage("nginx:1.20", true), new OverrideImage("nginx", false)], images.Images);
        Assert.True(images.HidesApplication);
        var written = Assert.Single(images.WrittenVersions(WriteBackImage.Of("registry.example.com/team/web")));
        Assert.Equal((WriteBackImage.Version("1.4.2"), "1.4.2", 3), (written.Version, written.Text, written.Line));
        Assert.Empty(images.WrittenVersions(WriteBackImage.Of("nginx")));
        Assert.True(PluginSourceFile.TryRead(Text, out var variables, out problem), problem);
        Assert.Equal([new OverrideVariable("A", "1.20", false)], variables.Variables);
        Assert.True(PluginSourceFile.TryRead(null, out variables, out problem), problem);
        Assert.False(variables.HidesApplication);
    }

    private static void Check<T>(string kind, string name, Edit<T> apply)
    {
        var request = JsonSerializer.Deserialize<T>(Read(kind, name, "request.json")!, Options)!;
        var text = apply(Read(kind, name, "before.yaml"), request, out var problem);
        var expected = Read(kind, name, "after.yaml");
        if (Read(kind, name, "problem.txt") is { } told)
        {
            Assert.Null(expected);
            Assert.Contains(told.TrimEnd(), problem, StringComparison.Ordinal);
            return;
        }

        Assert.Null(problem);
        Assert.Equal(expected, text);
        Assert.Equal(text, apply(text, request, out _));
    }

    private static string? Apply(string? text, ImagesRequest request, out string? problem)
    {
        if (!KustomizeSourceFile.TryRead(text, out var file, out problem))
            return null;
        var set = request.Set.Select(image => new ImageWrite(WriteBackImage.Of(image.Image, image.Name), WriteBackImage.Version(image.Version))).ToList();
        return file.TryApply(set, request.Application, request.Carry, out var edit, out problem) ? edit.Text : null;
    }

    private static string? Apply(string? text, VariablesRequest request, out string? problem)
    {
        if (!PluginSourceFile.TryRead(text, out var file, out problem))
            return null;
        return file.TryApply(request.Set, request.Application, request.Carry, request.MustShow, out var edit, out problem) ? edit.Text : null;
    }

    private static TheoryData<string> Cases(string kind) => [.. Directory.GetDirectories(VectorFile.PathOf(kind)).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    private static string? Read(string kind, string name, string file)
    {
        var path = VectorFile.PathOf(kind, name, file);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : null;
    }

    private delegate string? Edit<T>(string? text, T request, out string? problem);

    private sealed record SetImage(string Image, string? Name, string Version);

    private sealed record ImagesRequest(IReadOnlyList<SetImage> Set, IReadOnlyList<string> Application, CarryParameters Carry);

    private sealed record VariablesRequest(IReadOnlyList<PluginVariable> Set, IReadOnlyList<PluginVariable> Application, CarryParameters Carry, bool MustShow);
}
