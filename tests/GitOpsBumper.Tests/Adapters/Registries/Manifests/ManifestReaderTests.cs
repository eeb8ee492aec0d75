using System.Text;
using GitOpsBumper.Adapters.Registries.Manifests;

namespace GitOpsBumper.Tests.Adapters.Registries.Manifests;

public sealed class ManifestReaderTests
{
    private const string A = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string C = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

    [Fact]
    public void An_index_lists_what_runs_and_leaves_attachments_out()
    {
        var index = Assert.IsType<ManifestContent.Index>(Read($$$"""
            {"manifests":[
              {"digest":"{{{A}}}","platform":{"os":"linux","architecture":"arm64","variant":"v8"}},
              {"digest":"{{{B}}}","platform":{"os":"unknown","architecture":"unknown"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"}},
              {"digest":"{{{B}}}","platform":{"os":"unknown","architecture":"unknown"}},
              {"digest":"{{{B}}}","artifactType":"application/spdx+json"},
              {"digest":"{{{C}}}"}]}
            """));

        Assert.Equal([$"{A} linux/arm64", $"{C} "], index.Children.Select(child => $"{child.Digest} {child.Platform}"));
    }

    [Theory]
    [InlineData("""{"config":{"digest":"A","size":7,"mediaType":"application/vnd.oci.image.config.v1+json"}}""")]
    [InlineData("""{"config":{"digest":"A","size":7,"mediaType":"application/vnd.docker.container.image.v1+json"},"layers":[]}""")]
    [InlineData("""{"config":{"digest":"A","size":7}}""")]
    public void An_image_names_its_config(string text)
    {
        var image = Assert.IsType<ManifestContent.Image>(Read(text.Replace("\"A\"", $"\"{A}\"", StringComparison.Ordinal)));
        Assert.Equal((A, 7L), (image.Config.ToString(), image.ConfigSize));
    }

    [Fact]
    public void A_chart_runs_nowhere_and_may_say_when_it_was_made()
    {
        var chart = Assert.IsType<ManifestContent.Complete>(Read(
            """{"config":{"digest":"x","mediaType":"application/vnd.cncf.helm.config.v1+json"},"annotations":{"org.opencontainers.image.created":"2026-05-01T12:00:00Z"}}"""));
        Assert.Null(chart.Platform);
        Assert.Equal(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), chart.Created);
    }

    [Fact]
    public void An_old_manifest_says_it_all_in_its_history()
    {
        var old = Assert.IsType<ManifestContent.Complete>(Read("""
            {"schemaVersion":1,"architecture":"amd64","history":[
              {"v1Compatibility":"{\"created\":\"2015-02-03T04:05:06.789Z\",\"os\":\"linux\",\"architecture\":\"amd64\"}"},
              {"v1Compatibility":"{\"created\":\"2015-02-03T04:05:05Z\"}"}]}
            """));
        Assert.Equal("linux/amd64", old.Platform?.ToString());
        Assert.Equal(new DateTimeOffset(2015, 2, 3, 4, 5, 6, 789, TimeSpan.Zero), old.Created);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "no manifest")]
    [InlineData("{}", "no manifest")]
    [InlineData("""{"manifests":[],"layers":[]}""", "an index and an image at once")]
    [InlineData("""{"manifests":[],"config":{}}""", "an index and an image at once")]
    [InlineData("""{"manifests":[{"digest":"sha256:x"}]}""", "no valid digest")]
    [InlineData("""{"manifests":["x"]}""", "no valid digest")]
    [InlineData("""{"config":{"digest":"../x"}}""", "no valid digest")]
    [InlineData("""{"history":[{"v1Compatibility":"{"}]}""", "not JSON")]
    public void What_is_no_manifest_is_named(string text, string part)
    {
        Assert.False(ManifestReader.TryRead(Encoding.UTF8.GetBytes(text), out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-05-01T12:00:00.123456789Z", "2026-05-01T12:00:00.1234568+00:00")]
    [InlineData("2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00.0000000+00:00")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00Z", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void A_config_says_when_it_was_built(string text, string? expected)
    {
        Assert.True(ManifestReader.TryReadConfig(Encoding.UTF8.GetBytes($$"""{"os":"Linux","architecture":"x86_64","created":"{{text}}"}"""), out var config));
        Assert.Equal(expected, config.Created?.ToString("O"));
        Assert.Equal("linux/amd64", config.Platform?.ToString());
    }

    [Theory]
    [InlineData("""{"os":"linux\nimage","architecture":"amd64"}""")]
    [InlineData("""{"os":"linux"}""")]
    [InlineData("""{"os":1,"architecture":"amd64"}""")]
    public void A_platform_that_could_be_none_is_none(string text)
    {
        Assert.True(ManifestReader.TryReadConfig(Encoding.UTF8.GetBytes(text), out var config));
        Assert.Null(config.Platform);
    }

    [Fact]
    public void The_digest_of_a_signed_old_manifest_leaves_its_signatures_out()
    {
        const string Payload = "{\"schemaVersion\": 1\n}";
        var header = Base64Url("""{"formatLength":19,"formatTail":"Cn0"}""");
        var signed = $$"""{"schemaVersion": 1,"signatures":[{"protected":"{{header}}"}]}""";

        var payload = ContentDigest.Payload(Encoding.UTF8.GetBytes(signed), "application/vnd.docker.distribution.manifest.v1+prettyjws");

        Assert.Equal(Payload, Encoding.UTF8.GetString(payload.Span));
        Assert.Equal(signed, Encoding.UTF8.GetString(ContentDigest.Payload(Encoding.UTF8.GetBytes(signed), "application/json").Span));
    }

    private static string Base64Url(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static ManifestContent Read(string text)
    {
        Assert.True(ManifestReader.TryRead(Encoding.UTF8.GetBytes(text), out var content, out var problem), problem);
        return content;
    }
}
