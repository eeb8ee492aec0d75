using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Tests.Adapters.Registries.Manifests;

namespace GitOpsBumper.Tests.Adapters.Registries.Quirks;

/// <summary>Manifests that are old, unusual, or none of an image.</summary>
public sealed class ManifestQuirkTests
{
    private const string Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    private readonly ImageStore _images = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registry_that_refuses_HEAD_is_asked_with_GET_from_then_on()
    {
        _images.AddImage("2026-05-01T12:00:00Z", "1.0");
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images, RefusesHeadWith = 405 });
        using var asking = new Asking();

        var first = await DigestAsync(asking, registry);
        Assert.Equal(first, await DigestAsync(asking, registry));

        Assert.Equal(["HEAD", "GET", "GET"], registry.Requests.Select(request => request.Method));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(406)]
    [InlineData(415)]
    public async Task A_registry_that_does_not_know_HEAD_of_what_it_has_is_asked_with_GET(int status)
    {
        var digest = _images.AddImage("2026-05-01T12:00:00Z", "1.0");
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images, RefusesHeadWith = status });
        using var asking = new Asking();

        Assert.Equal(digest, await DigestAsync(asking, registry));
        Assert.Equal(["HEAD", "GET"], registry.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_registry_that_leaves_the_digest_out_is_believed_by_its_content()
    {
        var digest = _images.AddImage("2026-05-01T12:00:00Z", "1.0");
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images, SaysDigests = false });
        using var asking = new Asking();

        Assert.Equal(digest, await DigestAsync(asking, registry));
        Assert.Equal(digest, (await BuildAsync(asking, registry, "1.0")).Digest.ToString());
    }

    [Fact]
    public async Task A_signed_schema_1_manifest_says_when_it_was_built_and_its_digest_leaves_the_signatures_out()
    {
        var (signed, payload) = Sign(SchemaOne());
        _images.Forge("1.0", signed);
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images, ManifestType = Signed });
        using var asking = new Asking();

        var build = await BuildAsync(asking, registry, "1.0");

        Assert.Equal(ContentDigest.Compute(Encoding.UTF8.GetBytes(payload)), build.Digest);
        Assert.Equal(new DateTimeOffset(2016, 3, 4, 5, 6, 7, TimeSpan.Zero), build.CreatedFor([]));
        Assert.Equal("linux/amd64", Assert.Single(build.Platforms).Platform.ToString());
        // Its layers and their histories need no further question.
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task An_unsigned_schema_1_manifest_is_its_own_digest()
    {
        _images.Forge("1.0", SchemaOne());
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images, ManifestType = "application/vnd.docker.distribution.manifest.v1+json" });
        using var asking = new Asking();

        var build = await BuildAsync(asking, registry, "1.0");

        Assert.Equal(ContentDigest.Compute(Encoding.UTF8.GetBytes(SchemaOne())), build.Digest);
        Assert.Equal(new DateTimeOffset(2016, 3, 4, 5, 6, 7, TimeSpan.Zero), build.CreatedFor([]));
    }

    [Fact]
    public async Task What_stands_beside_the_signed_part_of_a_schema_1_manifest_is_not_read()
    {
        var (signed, _) = Sign(SchemaOne());
        _images.Forge("1.0", signed.Replace("\"signatures\":", "\"manifests\":[],\"signatures\":", StringComparison.Ordinal));
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images, ManifestType = Signed });
        using var asking = new Asking();

        Assert.NotNull((await BuildAsync(asking, registry, "1.0")).CreatedFor([]));
    }

    [Fact]
    public async Task Attestations_and_other_companions_of_an_index_are_neither_platforms_nor_asked_for()
    {
        var image = _images.AddImage("2026-05-01T12:00:00Z");
        _images.Add(
            $$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
              {"digest":"{{{image}}}","size":1,"platform":{"os":"linux","architecture":"amd64"}},
              {"digest":"{{{ContentDigest.Compute("a"u8)}}}","size":1,"platform":{"os":"unknown","architecture":"unknown"},
               "annotations":{"vnd.docker.reference.digest":"{{{image}}}","vnd.docker.reference.type":"attestation-manifest"}},
              {"digest":"{{{ContentDigest.Compute("b"u8)}}}","size":1,"artifactType":"application/spdx+json"}]}
            """,
            "1.0");
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images });
        using var asking = new Asking();

        var build = await BuildAsync(asking, registry, "1.0");

        Assert.Equal("linux/amd64", Assert.Single(build.Platforms).Platform.ToString());
        // Index, image, config.
        Assert.Equal(3, registry.Requests.Count);
    }

    [Fact]
    public async Task Layers_of_any_compression_and_from_anywhere_are_not_touched()
    {
        var config = _images.AddConfig("2026-05-01T12:00:00Z", "\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"10.0.20348\"");
        _images.Add(
            $$$"""
            {"schemaVersion":2,"config":{"digest":"{{{config}}}","size":10,"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[
              {"digest":"{{{ContentDigest.Compute("z"u8)}}}","size":9,"mediaType":"application/vnd.oci.image.layer.v1.tar+zstd"},
              {"digest":"{{{ContentDigest.Compute("f"u8)}}}","size":9,"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","urls":["http://169.254.169.254/layer"]},
              {"digest":"no digest at all","mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"}]}
            """,
            "1.0");
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images });
        using var asking = new Asking();

        Assert.Equal("windows/amd64", Assert.Single((await BuildAsync(asking, registry, "1.0")).Platforms).Platform.ToString());
        Assert.Equal(["/v2/team/web/manifests/1.0", $"/v2/team/web/blobs/{config}"], registry.Requests.Select(request => request.Target));
    }

    [Theory]
    [InlineData("application/vnd.oci.empty.v1+json")]
    [InlineData("application/vnd.cncf.helm.config.v1+json")]
    public async Task What_is_no_image_runs_nowhere_and_its_config_is_not_asked_for(string config)
    {
        _images.Add($$$"""{"schemaVersion":2,"config":{"digest":"{{{ContentDigest.Compute("{}"u8)}}}","size":2,"mediaType":"{{{config}}}"},"layers":[]}""", "1.0");
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images });
        using var asking = new Asking();

        var build = await BuildAsync(asking, registry, "1.0");

        Assert.Empty(build.Platforms);
        Assert.Null(build.CreatedFor([]));
        Assert.Single(registry.Requests);
    }

    [Theory]
    [InlineData("""{"os":"linux","architecture":"amd64"}""", null)]
    [InlineData("""{"os":"linux","architecture":"amd64","created":null}""", null)]
    [InlineData("""{"os":"linux","architecture":"amd64","created":"0001-01-01T00:00:00Z"}""", null)]
    [InlineData("""{"os":"linux","architecture":"amd64","created":"1970-01-01T00:00:00Z"}""", "1970-01-01T00:00:00+00:00")]
    [InlineData("""{"os":"linux","architecture":"amd64","created":"1980-01-01T00:00:01Z"}""", "1980-01-01T00:00:01+00:00")]
    [InlineData("""{"os":"linux","architecture":"amd64","created":"2026-05-01T14:00:00.987654321+02:00"}""", "2026-05-01T12:00:00.9876543+00:00")]
    public async Task The_date_of_an_image_is_what_its_config_says_or_none(string config, string? expected)
    {
        _images.AddManifest(_images.Add(config), "1.0");
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Images = _images });
        using var asking = new Asking();

        var created = (await BuildAsync(asking, registry, "1.0")).CreatedFor([]);

        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), created);
    }

    [Fact]
    public void Images_that_all_carry_the_date_of_reproducible_builds_are_told_apart_by_their_tags()
    {
        var candidates = new[] { "1.2", "1.10", "1.1" }.Select(tag => new TagCandidate(Asking.Tag(tag), DateTimeOffset.UnixEpoch));

        Assert.Equal("1.2", TagSelector.Rank(new NewestBuildStrategy(), candidates)[0].Tag.ToString());
    }

    private static string SchemaOne() => JsonSerializer.Serialize(new
    {
        schemaVersion = 1,
        name = "team/web",
        tag = "1.0",
        architecture = "amd64",
        fsLayers = new[] { new { blobSum = ContentDigest.Compute("layer"u8).ToString() } },
        history = new[]
        {
            new { v1Compatibility = """{"architecture":"amd64","os":"linux","created":"2016-03-04T05:06:07Z"}""" },
            new { v1Compatibility = """{"created":"2016-03-04T05:06:06Z"}""" },
        },
    });

    /// <summary>As registries do it: the signatures come before the closing brace, and say where it was.</summary>
    private static (string Signed, string Payload) Sign(string payload)
    {
        var tail = System.Buffers.Text.Base64Url.EncodeToString("}"u8);
        var header = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"formatLength":{{payload.Length - 1}},"formatTail":"{{tail}}","time":"2016-03-04T05:06:08Z"}"""));
        return ($$"""{{payload[..^1]}},"signatures":[{"header":{"alg":"ES256"},"signature":"c2ln","protected":"{{header}}"}]}""", payload);
    }

    private static async Task<string> DigestAsync(Asking asking, QuirkyRegistry registry) =>
        (await asking.Client.GetDigestAsync(Asking.Repository(registry.Image), Asking.Tag("1.0"), null, Token)).ToString();

    private static Task<ImageBuild> BuildAsync(Asking asking, QuirkyRegistry registry, string tag) =>
        asking.Client.GetBuildAsync(Asking.Repository(registry.Image), Asking.Tag(tag), [], null, Token);
}
