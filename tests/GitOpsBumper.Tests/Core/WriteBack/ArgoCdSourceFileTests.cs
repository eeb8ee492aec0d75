using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>Golden cases: a folder each, with the file as it is (none: no file), what the Application says, and the file as it has to be, or the problem.</summary>
public sealed class ArgoCdSourceFileTests
{
    private static readonly HelmParameter[] Set = [new("image.name", "nginx", true), new("image.tag", "1.20", true)];

    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(SourceTree.Root, "tests", "GitOpsBumper.Tests", "Vectors", "writeback");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_becomes_what_the_case_says(string name)
    {
        var input = Read(name, "input.yaml");
        var expected = Read(name, "expected.yaml");
        var problemPart = Read(name, "problem.txt")?.Trim();
        Assert.True(expected is null != problemPart is null, "a case has either expected.yaml or problem.txt");

        var result = Apply(input, Parameters(name), Carry(name), out var problem);

        if (expected is not null)
        {
            Assert.Null(problem);
            Assert.Equal(expected, result);
            Assert.Equal(expected, Apply(result, Parameters(name), Carry(name), out _));
        }
        else
        {
            Assert.Contains(problemPart!, problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_to_set_changes_nothing_that_is_not_carried()
    {
        const string text = "helm:\n  parameters:\n  - name: image.tag\n    value: 1.20\n";
        Assert.True(ArgoCdSourceFile.TryRead(text, out var file, out _));
        Assert.True(file.TryApply([], [new HelmParameter("replicas", "3", false)], CarryParameters.Safe, mustShow: false, [], out var edit, out var problem), problem);
        Assert.Equal(text, edit.Text);
    }

    [Fact]
    public void A_parameter_without_a_name_is_not_carried_over()
    {
        var text = Apply(null, [new HelmParameter("", "3", false), new HelmParameter("replicas", "4", false)], CarryParameters.All, out var problem);
        Assert.Null(problem);
        Assert.True(ArgoCdSourceFile.TryRead(text, out var file, out problem), problem);
        Assert.Equal(["image.name", "image.tag", "replicas"], file.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void A_carried_parameter_follows_the_Application_even_when_no_image_is_due()
    {
        var text = Apply(null, [new HelmParameter("replicas", "3", false), new HelmParameter("colour", "red", false)], CarryParameters.Safe, out _)!;
        Assert.True(ArgoCdSourceFile.TryRead(text, out var file, out _));

        Assert.True(file.TryApply([], [new HelmParameter("replicas", "4", false)], CarryParameters.Safe, mustShow: false, [], out var edit, out var problem), problem);

        Assert.Contains("value: \"4\"", edit.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("colour", edit.Text, StringComparison.Ordinal);
        Assert.Contains("image.tag", edit.Text, StringComparison.Ordinal);
        Assert.Equal(2, edit.Carried.Count);
    }

    private static string? Apply(string? input, IReadOnlyList<HelmParameter> application, CarryParameters carry, out string? problem)
    {
        if (!ArgoCdSourceFile.TryRead(input, out var file, out problem))
            return null;
        return file.TryApply(Set, application, carry, mustShow: false, [], out var edit, out problem) ? edit.Text : null;
    }

    /// <summary>One parameter a line: <c>name=value</c>.</summary>
    private static HelmParameter[] Parameters(string name) =>
        [.. (Read(name, "application.txt") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new HelmParameter(line.Split('=')[0], line.Split('=')[1], false))];

    private static CarryParameters Carry(string name) => Enum.Parse<CarryParameters>((Read(name, "carry.txt") ?? "Safe").Trim());

    private static string? Read(string name, string file)
    {
        var path = Path.Combine(Folder, name, file);
        return File.Exists(path) ? new System.Text.UTF8Encoding(false).GetString(File.ReadAllBytes(path)) : null;
    }
}
