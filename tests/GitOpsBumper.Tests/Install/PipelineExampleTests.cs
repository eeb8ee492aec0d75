using System.CommandLine;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using GitOpsBumper.Cli;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Install;

/// <summary>What examples/ci and examples/compose let run, there is, and where they let it run.</summary>
public sealed partial class PipelineExampleTests
{
    public static TheoryData<string> Pipelines => [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, PipelineExample.Folder)).Select(file => Path.GetFileName(file)).Where(file => file != "README.md")];

    private static string Dockerfile => File.ReadAllText(Path.Combine(SourceTree.Root, "Dockerfile"));

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void A_pipeline_asks_with_options_that_there_are(string file)
    {
        var arguments = Assert.Single(PipelineExample.Commands(file));
        Assert.Empty(Parse(arguments).Errors.Select(error => error.Message));
        Assert.Equal("trigger", arguments[0]);
        Assert.All(new[] { "--image", "--tag", "--wait" }, option => Assert.Contains(arguments, argument => argument.Split('=')[0] == option));
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void The_image_is_that_of_this_version(string file)
    {
        var version = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Equal([version], ImageVersion().Matches(PipelineExample.Text(file)).Select(match => match.Groups["version"].Value).Distinct());
    }

    /// <summary>A runner of GitLab runs no entry point: it gives the script to a shell of the image.</summary>
    [Fact]
    public void What_GitLab_runs_in_the_image_is_on_its_path()
    {
        var job = Assert.Single(PipelineExample.Jobs("gitlab-ci.yml"), job => PipelineExample.IsOurs(ManifestFile.At(job, "image", "name")));
        Assert.Equal("", Assert.Single(ManifestFile.List(job["image"]["entrypoint"])).ToString());
        var program = EntryPoint().Match(Dockerfile).Groups["program"].Value;
        Assert.Equal("/app/bumper", program);
        var onPath = Link().Matches(Dockerfile).Where(link => link.Groups["target"].Value == program).Select(link => link.Groups["name"].Value).ToList();
        Assert.All(ManifestFile.List(job["script"]), line => Assert.Contains(line.ToString().Split(' ')[0], onPath));
        // Images without a shell are called so.
        var runtime = BaseImage().Matches(Dockerfile)[^1].Groups["image"].Value;
        Assert.DoesNotContain("chiseled", runtime, StringComparison.Ordinal);
        Assert.DoesNotContain("distroless", runtime, StringComparison.Ordinal);
    }

    /// <summary>Without a command of its own Tekton takes the entry point of the image.</summary>
    [Fact]
    public void What_Tekton_runs_is_the_entry_point_of_the_image()
    {
        var step = Assert.Single(PipelineExample.TektonSteps("tekton-task.yaml"));
        Assert.Null(ManifestFile.At(step, "command"));
        Assert.Null(ManifestFile.At(step, "script"));
    }

    [Theory]
    [InlineData("Jenkinsfile")]
    [InlineData("gitlab-ci.yml")]
    public void Who_pushes_has_logged_in_before(string file)
    {
        var text = PipelineExample.Text(file);
        Assert.InRange(text.IndexOf("docker login", StringComparison.Ordinal), 0, text.IndexOf("docker push", StringComparison.Ordinal));
    }

    /// <summary>A container of Jenkins runs as Jenkins' user, who is in no group of the host.</summary>
    [Fact]
    public void Jenkins_asks_Docker_from_the_machine_and_not_from_a_container()
    {
        Assert.DoesNotContain("docker.sock", PipelineExample.Text("Jenkinsfile"), StringComparison.Ordinal);
        Assert.Matches(@"agent \{ label '\w+' \}", PipelineExample.Text("Jenkinsfile"));
    }

    [Theory]
    [InlineData("examples/compose/bumper", "1 Applications, 1 with images, 0 problems.")]
    [InlineData("examples/applications", " 0 problems.")]
    public async Task Annotations_have_no_mistakes(string folder, string told)
    {
        using var output = new StringWriter();
        var code = await CommandLine.RunAsync(["lint", Path.Combine(SourceTree.Root, folder)], output, output, TestContext.Current.CancellationToken);
        Assert.True(code == ExitCode.Done, output.ToString());
        Assert.Contains(told, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_image_of_the_compose_example_has_its_service()
    {
        var application = ManifestFile.Read("examples/compose/bumper/shop.yaml").Single();
        var services = ManifestFile.Read("examples/compose/host/compose.yaml").Single()["services"];
        var images = application["metadata"]["annotations"]["gitopsbumper.io/image-list"].ToString().Split(", ").Select(image => image.Split('=')).ToList();
        Assert.Equal(3, images.Count);
        Assert.All(images, image =>
        {
            var service = ManifestFile.At(application, "metadata", "annotations", $"gitopsbumper.io/{image[0]}.compose.service")?.ToString() ?? image[0];
            Assert.Equal(Repository(image[1]), Repository(services[service]["image"].ToString()));
        });
    }

    [Fact]
    public void The_compose_example_names_commands_that_there_are()
    {
        var commands = Command().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "examples/compose/README.md"))).Select(match => match.Groups["arguments"].Value).ToList();
        Assert.Contains("run --once --manifests bumper/", commands);
        Assert.All(commands, command => Assert.Empty(Parse(command.Split(' ')).Errors.Select(error => error.Message)));
    }

    private static ParseResult Parse(string[] arguments)
    {
        using var nothing = new StringWriter();
        return CommandLine.CreateRoot(new CommandContext(new Terminal(nothing, nothing), nothing, static _ => null)).Parse(arguments);
    }

    private static string Repository(string image) => image[..image.LastIndexOf(':')];

    [GeneratedRegex("""ghcr\.io/gitops-bumper/gitops-bumper:(?<version>[0-9.]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex ImageVersion();

    [GeneratedRegex("""^ENTRYPOINT \["(?<program>[^"]+)"\]""", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex EntryPoint();

    [GeneratedRegex("""^FROM (?<image>\S+)""", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex BaseImage();

    [GeneratedRegex("""ln --symbolic (?<target>\S+) /usr/local/bin/(?<name>\S+)""", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex("""(?:^    |`)bumper (?<arguments>[^`\n]+)""", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Command();
}
