using System.Text.Json;
using System.Text.RegularExpressions;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack.Kustomizations;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>The golden cases of kustomizations, rendered by Kustomize itself before and after the edit: the image has its version, and all else is as it was.</summary>
public sealed partial class KustomizeTests
{
    private const string Resource = "deployment.yaml";

    private static readonly string Vectors = Path.Combine(AppContext.BaseDirectory, "Vectors", "kustomization");

    /// <summary>Those that name the resource, or are a Component that a kustomization with the resource can take in.</summary>
    public static TheoryData<string> Cases() =>
    [
        .. Directory.GetDirectories(Vectors)
            .Where(folder => File.Exists(Path.Combine(folder, "after.yaml")) && File.ReadAllText(Path.Combine(folder, "after.yaml")) is var text && (IsComponent(text) || text.Contains(Resource, StringComparison.Ordinal)))
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Only_the_image_changes(string name)
    {
        var request = JsonDocument.Parse(await ReadAsync(name, "request.json")).RootElement;
        Assert.True(ImageReference.TryParse(request.GetProperty("image").GetString()!, out var image, out var problem), problem);
        Assert.True(ImageVersion.TryParse(request.GetProperty("version").GetString()!, out var version, out problem), problem);
        var (textBefore, textAfter) = (await ReadAsync(name, "before.yaml"), await ReadAsync(name, "after.yaml"));
        Assert.True(KustomizationFile.TryRead(textAfter, out var file, out problem), problem);
        using var folder = new ScratchFolder("gob-kustomize-");
        // The manifests call images as the entries do, and know one that no entry is about.
        List<string> called = [.. file.Entries.Select(entry => entry.Name).Distinct(StringComparer.Ordinal), "busybox"];
        await File.WriteAllTextAsync(Path.Combine(folder.Path, Resource), Deployment(called), Token);

        var before = await RenderAsync(folder, textBefore);
        var after = await RenderAsync(folder, textAfter);

        Assert.Equal(before.Select(WithoutImage), after.Select(WithoutImage));
        // An image with a name of its own in the kustomization is written under that name alone.
        var container = request.TryGetProperty("kustomizeName", out var ownName) ? $"        name: c{called.IndexOf(ownName.GetString()!)}" : null;
        var own = Images(after.Where((_, index) => container is null || (index + 1 < after.Length && after[index + 1] == container))).Where(reference => reference.Repository == image.Repository).ToList();
        Assert.NotEmpty(own);
        Assert.All(own, reference => Assert.Equal(version, reference.Version));
        var changed = before.Zip(after).Where(pair => pair.First != pair.Second).Select(pair => pair.Second);
        Assert.All(Images(changed), reference => Assert.Equal(image.Repository, reference.Repository));
        Assert.Equal(textBefore == textAfter, before.SequenceEqual(after, StringComparer.Ordinal));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<string[]> RenderAsync(ScratchFolder folder, string text)
    {
        var own = folder.Path;
        if (IsComponent(text))
        {
            own = Path.Combine(folder.Path, "component");
            Directory.CreateDirectory(own);
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "kustomization.yaml"), $"resources: [{Resource}]\ncomponents: [component]\n", Token);
        }

        await File.WriteAllTextAsync(Path.Combine(own, "kustomization.yaml"), text, Token);
        return (await Kubectl(folder).RunAsync("kustomize .", Token)).Split('\n');
    }

    private static Kubectl Kubectl(ScratchFolder folder)
    {
        try
        {
            return new Kubectl(Path.Combine(folder.Path, "no-kubeconfig"), folder.Path, folder.Path);
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    private static string Deployment(IEnumerable<string> images) => $"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
        {string.Join('\n', images.Select((image, index) => $"      - name: c{index}\n        image: {image}:0.0.1"))}

        """;

    private static IEnumerable<ImageReference> Images(IEnumerable<string> lines) => lines.Select(line => Image().Match(line)).Where(match => match.Success)
        .Select(match => ImageReference.TryParse(match.Groups["image"].Value, out var reference, out var problem) ? reference : throw new InvalidOperationException(problem));

    private static string WithoutImage(string line) => Image().Replace(line, "${before}");

    private static bool IsComponent(string text) => text.Contains("kind: Component", StringComparison.Ordinal);

    private static Task<string> ReadAsync(string name, string file) => File.ReadAllTextAsync(Path.Combine(Vectors, name, file), Token);

    [GeneratedRegex("^(?<before>      - image: )(?<image>\\S+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Image();
}
