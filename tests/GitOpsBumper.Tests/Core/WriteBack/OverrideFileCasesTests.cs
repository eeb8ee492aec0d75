using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>Files written in unusual ways: each folder of <c>Vectors/overrides</c> is one before and after, or the problem that keeps it as it is.</summary>
public sealed class OverrideFileCasesTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(VectorFile.PathOf("overrides")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_file_becomes_the_expected_one_or_the_problem_is_told(string name)
    {
        var request = JsonSerializer.Deserialize<Request>(Read(name, "request.json")!, Options)!;
        var text = Apply(Read(name, "input.yaml"), request, out var problem);
        if (Read(name, "problem.txt") is { } expected)
        {
            Assert.Contains(expected.TrimEnd(), problem, StringComparison.Ordinal);
            return;
        }

        Assert.Null(problem);
        Assert.Equal(Read(name, "expected.yaml"), text);
        Assert.Equal(text, Apply(text, request, out _));
    }

    private static string? Apply(string? text, Request request, out string? problem)
    {
        if (!ArgoCdSourceFile.TryRead(text, out var file, out problem))
            return null;
        var set = request.Set.Select(parameter => new HelmParameter(parameter.Name, parameter.Value, ForceString: true)).ToList();
        return file.TryApply(set, request.Application, request.Carry, request.MustShow, [], out var edit, out problem) ? edit.Text : null;
    }

    /// <summary>With its byte order mark, which reading as text would swallow.</summary>
    private static string? Read(string name, string file)
    {
        var path = VectorFile.PathOf("overrides", name, file);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : null;
    }

    private sealed record SetParameter(string Name, string Value);

    private sealed record Request(IReadOnlyList<SetParameter> Set, IReadOnlyList<HelmParameter> Application, CarryParameters Carry, bool MustShow = false);
}
