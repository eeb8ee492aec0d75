using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Helm;

/// <summary>What the library chart of examples/helm makes of the values of an image. <c>SHA</c> stands for the hex digits of a digest.</summary>
public sealed class ReferenceTests(World world) : IDisposable
{
    private const string Name = "registry.example.com/team/web";

    private static readonly string Sha = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    private readonly ScratchFolder _folder = new("gob-helm-values-");

    private static string Web => Path.Combine(Examples.Folder, "helm", "web");

    [Theory]
    [InlineData("{}", ":1.4.0")]
    [InlineData("{tag: '', shasum: '', overrideTag: ''}", ":1.4.0")]
    [InlineData("{tag: ~, shasum: ~, overrideTag: ~}", ":1.4.0")]
    [InlineData("{tag: '1.10'}", ":1.10")]
    [InlineData("{tag: 1.5.0@sha256:SHA}", ":1.5.0@sha256:SHA")]
    [InlineData("{tag: sha256:SHA}", "@sha256:SHA")]
    [InlineData("{tag: sha512:SHASHA}", "@sha512:SHASHA")]
    [InlineData("{tag: SHA}", ":SHA")]
    [InlineData("{shasum: sha256:SHA, tag: 1.5.0}", "@sha256:SHA")]
    [InlineData("{shasum: SHA, tag: 1.5.0}", "@sha256:SHA")]
    [InlineData("{overrideTag: 1.3.0, tag: 1.5.0}", ":1.3.0")]
    [InlineData("{overrideTag: 1.3.0, shasum: SHA, tag: 1.5.0}", ":1.3.0")]
    [InlineData("{overrideTag: sha256:SHA, shasum: sha256:other, tag: 1.10}", "@sha256:SHA")]
    [InlineData("{overrideTag: 1.3.0@sha256:SHA, tag: 1.5.0}", ":1.3.0@sha256:SHA")]
    public async Task The_first_of_override_digest_tag_and_version_of_the_chart_counts(string image, string expected) =>
        Assert.Equal(Name + With(expected), (await RenderAsync(image)).Image("web"));

    [Theory]
    [InlineData("{name: web, registry: ghcr.io/team}", "ghcr.io/team/web:1.4.0")]
    [InlineData("{name: web, registry: ghcr.io/team/}", "ghcr.io/team/web:1.4.0")]
    [InlineData("{name: ghcr.io/team/web, registry: ghcr.io}", "ghcr.io/team/web:1.4.0")]
    [InlineData("{name: ghcr.io/team/web, registry: mirror.example.com}", "mirror.example.com/ghcr.io/team/web:1.4.0")]
    public async Task A_registry_stands_before_names_that_do_not_begin_with_it(string image, string expected) =>
        Assert.Equal(expected, (await RenderAsync(image)).Image("web"));

    [Theory]
    [InlineData("{tag: 1.10}", "tag has to be a text; write it in quotes, without them YAML made 1.1 of it")]
    [InlineData("{tag: 0}", "tag has to be a text; write it in quotes, without them YAML made 0 of it")]
    [InlineData("{tag: 20260818}", "tag has to be a text")]
    [InlineData("{tag: true}", "without them YAML made true of it")]
    [InlineData("{tag: [a]}", "tag has to be a text")]
    [InlineData("{overrideTag: 1.10}", "overrideTag has to be a text")]
    [InlineData("{shasum: 123}", "shasum has to be a text")]
    [InlineData("{name: 1}", "name has to be a text")]
    [InlineData("{name: ''}", "an image has no name: {\"name\":\"\"")]
    [InlineData("{name: ~}", "an image has no name: {\"overrideTag\":\"\"")]
    [InlineData("{shasum: 1.5.0}", $"shasum of image {Name} is no digest: '1.5.0'")]
    [InlineData("{shasum: sha256:abc}", $"shasum of image {Name} is no digest: 'sha256:abc'")]
    [InlineData("{tag: sha256:abc}", $"tag of image {Name} is neither a tag nor a digest: 'sha256:abc'")]
    [InlineData("{tag: '1.5.0 '}", $"tag of image {Name} is neither a tag nor a digest: '1.5.0 '")]
    [InlineData("{overrideTag: 'ghcr.io/team/web:1.3.0'}", $"overrideTag of image {Name} is neither a tag nor a digest: 'ghcr.io/team/web:1.3.0'")]
    [InlineData("web:1.5.0", "an image has to be a section with name and tag, not \"web:1.5.0\"")]
    public async Task What_would_be_a_wrong_image_is_refused(string image, string expected)
    {
        var refusal = (await RenderAsync(image)).Refusal();
        Assert.StartsWith("Error: execution error at (web/templates/deployment.yaml:", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    /// <summary>Parameters of an Application without <c>forceString</c> are given with --set.</summary>
    [Theory]
    [InlineData("20260818", ":20260818")]
    [InlineData("1.10", ":1.10")]
    [InlineData("0123", ":0123")]
    [InlineData("null", ":1.4.0")]
    [InlineData("", ":1.4.0")]
    public async Task Parameters_that_are_not_forced_to_texts_keep_what_was_written(string overrideTag, string expected) =>
        Assert.Equal(Name + expected, (await RenderWebAsync("--set", $"image.overrideTag={overrideTag}")).Image("web"));

    [Fact]
    public async Task A_second_image_has_a_section_of_its_own_and_no_version_from_the_chart()
    {
        var both = await RenderWebAsync("--set", "exporter.enabled=true", "--set-string", "exporter.image.tag=0.9", "--set-string", "image.overrideTag=1.3.0");
        Assert.Equal([("web", "web", Name + ":1.3.0"), ("web", "exporter", "registry.example.com/team/exporter:0.9")], both.Images);

        var neither = await RenderWebAsync("--set", "exporter.enabled=true");
        Assert.Contains("image registry.example.com/team/exporter has no tag and no digest", neither.Refusal(), StringComparison.Ordinal);
    }

    /// <summary>Some versions of Helm hand numbers of a chart's own values to templates as texts of JSON.</summary>
    [Theory]
    [InlineData("1.10", "without them YAML made 1.1 of it")]
    [InlineData("0123456", "without them YAML made 42798 of it")]
    public async Task Numbers_in_the_values_of_the_chart_itself_are_refused_too(string tag, string expected)
    {
        var refusal = (await RenderOwnAsync("file://" + Path.Combine(Examples.Folder, "helm", "image-reference"), $"tag: {tag}")).Refusal();
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_library_below_the_chart_does_as_well()
    {
        foreach (var file in new[] { "Chart.yaml", "templates/_reference.tpl" })
            _folder.Write($"own/charts/image-reference/{file}", Examples.Read($"helm/image-reference/{file}"));
        Assert.Equal("web:1.5.0", (await RenderOwnAsync("", "tag: 1.5.0")).Image("own"));
    }

    public void Dispose() => _folder.Dispose();

    private static string With(string text) => text.Replace("SHA", Sha, StringComparison.Ordinal);

    private async Task<Rendering> RenderWebAsync(params string[] arguments) =>
        await (await world.HelmAsync()).RenderAsync("web", Web, arguments, TestContext.Current.CancellationToken);

    /// <param name="image">The section of a values file.</param>
    private Task<Rendering> RenderAsync(string image) => RenderWebAsync("--values", _folder.Write("values.yaml", $"image: {With(image)}\n"));

    /// <summary>A chart as somebody writes it who uses the library.</summary>
    private async Task<Rendering> RenderOwnAsync(string repository, string tag)
    {
        _folder.Write("own/Chart.yaml", $"apiVersion: v2\nname: own\nversion: 1.0.0\ndependencies:\n- name: image-reference\n  version: 0.1.0\n  repository: '{repository}'\n");
        _folder.Write("own/values.yaml", $"containers:\n  main:\n    name: web\n    {tag}\n");
        _folder.Write("own/templates/deployment.yaml", """
            kind: Deployment
            metadata:
              name: {{ .Chart.Name }}
            spec:
              template:
                spec:
                  containers:
                  {{- range $name, $image := .Values.containers }}
                  - name: {{ $name }}
                    image: {{ include "image.reference" (dict "image" $image) }}
                  {{- end }}

            """);
        return await (await world.HelmAsync()).RenderAsync("own", _folder.File("own"), [], TestContext.Current.CancellationToken);
    }
}
