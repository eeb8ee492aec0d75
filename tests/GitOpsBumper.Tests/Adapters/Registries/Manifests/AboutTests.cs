using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Manifests;

/// <summary>What a version says of itself, whoever wrote it.</summary>
public sealed class AboutTests
{
    private const string Amd64 = "\"os\":\"linux\",\"architecture\":\"amd64\"";
    private const string Arm64 = "\"os\":\"linux\",\"architecture\":\"arm64\"";
    private const string May = "2026-05-01T12:00:00Z";

    private static readonly DateTimeOffset Built = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ImageStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_says_it_in_its_config_and_is_asked_once()
    {
        var digest = AddImage(May, """{"org.opencontainers.image.source":"https://github.com/a/b","org.opencontainers.image.revision":"abc","maintainer":"Ada"}""", "1.0", "latest");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        var about = await AboutAsync(asking, server, "1.0");

        Assert.Equal((digest, Built), (about.Digest.ToString(), about.Created));
        Assert.Equal("source=https://github.com/a/b revision=abc", Words(about));
        Assert.Equal(["manifests", "blobs"], Asked(server));

        await AboutAsync(asking, server, "1.0");
        await AboutAsync(asking, server, digest);
        await AboutAsync(asking, server, $"1.0@{digest}");
        Assert.Equal(2, server.Requests.Count);

        // Another tag of the same image costs its manifest alone.
        await AboutAsync(asking, server, "latest");
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("linux/arm64", "source=https://github.com/a/arm revision=of-the-index")]
    [InlineData("windows/amd64,linux/arm64", "source=https://github.com/a/arm revision=of-the-index")]
    [InlineData("linux/amd64", "source=https://github.com/a/amd revision=amd")]
    [InlineData("", "source=https://github.com/a/amd revision=amd")]
    [InlineData("windows/amd64", "source=https://github.com/a/amd revision=amd")]
    public async Task Of_an_index_the_first_wanted_image_speaks_and_the_index_adds_what_it_lacks(string wanted, string expected)
    {
        var amd = AddImage(May, """{"org.opencontainers.image.source":"https://github.com/a/amd","org.opencontainers.image.revision":"amd"}""");
        var arm = _store.AddManifest(Config(null, Arm64, """{"org.opencontainers.image.source":"https://github.com/a/arm"}"""));
        var index = _store.Add(
            "{\"manifests\":[{\"digest\":\"" + amd + "\",\"platform\":{" + Amd64 + "}},{\"digest\":\"" + arm + "\",\"platform\":{" + Arm64 + "}}],"
            + """ "annotations":{"org.opencontainers.image.source":"https://github.com/a/index","org.opencontainers.image.revision":"of-the-index","org.opencontainers.image.created":"2026-05-01T12:00:00Z"}}""",
            "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        var platforms = wanted.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => Platform.TryParse(text, out var platform, out var problem) ? platform : throw new InvalidOperationException(problem)).ToList();

        var about = await AboutAsync(asking, server, "1.0", [.. platforms]);

        Assert.Equal((index, Built, expected), (about.Digest.ToString(), about.Created, Words(about)));
        Assert.Equal(["manifests", "manifests", "blobs"], Asked(server));
    }

    [Fact]
    public async Task Annotations_of_a_manifest_count_where_labels_are_missing()
    {
        _store.Add("{\"config\":{\"digest\":\"" + Config(null, Amd64, """{"org.opencontainers.image.revision":"label"}""") + "\"},"
            + """ "annotations":{"org.opencontainers.image.source":"https://gitlab.com/a/b","org.opencontainers.image.revision":"annotation","org.opencontainers.image.created":"2026-05-01T12:00:00Z"}}""", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        var about = await AboutAsync(asking, server, "1.0");

        Assert.Equal("source=https://gitlab.com/a/b revision=label", Words(about));
        Assert.Equal(Built, about.Created);
    }

    [Fact]
    public async Task An_artefact_says_it_in_annotations_and_its_config_is_not_asked_for()
    {
        _store.Add(
            """{"config":{"digest":"x","mediaType":"application/vnd.cncf.helm.config.v1+json"},"annotations":{"org.opencontainers.image.created":"2026-05-01T12:00:00Z","org.opencontainers.image.source":"https://github.com/a/chart"}}""",
            "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        var about = await AboutAsync(asking, server, "1.0");

        Assert.Equal(("source=https://github.com/a/chart", Built), (Words(about), about.Created));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_old_manifest_says_it_in_its_newest_layer()
    {
        _store.Add("""
            {"schemaVersion":1,"architecture":"amd64","history":[
              {"v1Compatibility":"{\"created\":\"2016-03-04T05:06:07Z\",\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Labels\":{\"org.opencontainers.image.revision\":\"new\"}}}"},
              {"v1Compatibility":"{\"config\":{\"Labels\":{\"org.opencontainers.image.revision\":\"old\",\"org.opencontainers.image.source\":\"https://github.com/base/image\"}}}"}]}
            """, "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        var about = await AboutAsync(asking, server, "1.0");

        Assert.Equal(("revision=new", new DateTimeOffset(2016, 3, 4, 5, 6, 7, TimeSpan.Zero)), (Words(about), about.Created));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("""{"Labels":{"org.opencontainers.image.source":7,"org.opencontainers.image.revision":"abc"}}""", "revision=abc")]
    [InlineData("""{"Labels":{"org.opencontainers.image.source":["https://github.com/a/b"],"org.opencontainers.image.revision":null}}""", "")]
    [InlineData("""{"Labels":{"org.opencontainers.image.source":"\ud800","org.opencontainers.image.revision":"abc"}}""", "revision=abc")]
    [InlineData("""{"Labels":{"\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800":"x","org.opencontainers.image.revision":"abc"}}""", "revision=abc")]
    [InlineData("""{"Labels":{"org.opencontainers.image.source":"","org.opencontainers.image.revision":"abc"}}""", "revision=abc")]
    [InlineData("""{"Labels":{"org.opencontainers.image.source":"LONG","org.opencontainers.image.revision":"abc"}}""", "revision=abc")]
    [InlineData("""{"Labels":["org.opencontainers.image.source"]}""", "")]
    [InlineData("""{"Labels":null}""", "")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    public async Task Labels_that_are_none_are_missing_and_the_image_counts(string config, string expected)
    {
        var text = config.Replace("LONG", "https://github.com/a/" + new string('b', 1024), StringComparison.Ordinal);
        _store.AddManifest(_store.Add("{" + Amd64 + ",\"created\":\"" + May + "\",\"config\":" + text + "}"), "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.Equal(expected, Words(await AboutAsync(asking, server, "1.0")));
        Assert.NotNull((await BuildAsync(asking, server, "1.0")).CreatedFor([]));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("1980-01-01T00:00:01Z")]
    [InlineData("2999-01-01T00:00:00Z")]
    [InlineData("yesterday")]
    public async Task A_date_that_cannot_be_is_none(string created)
    {
        AddImage(created, "{}", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.Null((await AboutAsync(asking, server, "1.0")).Created);
    }

    [Fact]
    public async Task What_is_not_what_its_digest_says_is_not_believed()
    {
        var config = Config(May, Amd64, """{"org.opencontainers.image.revision":"abc"}""");
        var digest = _store.AddManifest(config, "1.0");
        _store.Forge(config, """{"config":{"Labels":{"org.opencontainers.image.revision":"forged"}}}""");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        Assert.Contains("sent something else", (await Assert.ThrowsAsync<RegistryException>(() => AboutAsync(asking, server, "1.0"))).Message, StringComparison.Ordinal);

        _store.Forge(digest, """{"config":{"mediaType":"application/vnd.oci.empty.v1+json"},"annotations":{"org.opencontainers.image.revision":"forged"}}""");
        Assert.Contains("sent a manifest that is not", (await Assert.ThrowsAsync<RegistryException>(() => AboutAsync(asking, server, digest))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_without_end_ends()
    {
        var inner = _store.Add($$"""{"manifests":[{"digest":"{{AddImage(May, "{}")}}"}]}""");
        var middle = _store.Add($$"""{"manifests":[{"digest":"{{inner}}"}]}""");
        _store.Add($$$"""{"manifests":[{"digest":"{{{middle}}}"}],"annotations":{"org.opencontainers.image.revision":"outer"}}""", "1.0");
        _store.Add("""{"manifests":[]}""", "empty");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();

        Assert.Equal("revision=outer", Words(await AboutAsync(asking, server, "1.0")));
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal("", Words(await AboutAsync(asking, server, "empty")));
    }

    [Fact]
    public async Task A_tag_that_may_have_moved_is_asked_again_and_only_what_is_new_is_read()
    {
        AddImage(May, """{"org.opencontainers.image.revision":"old"}""", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        await AboutAsync(asking, server, "1.0");
        asking.Time.Advance(TimeSpan.FromMinutes(46));
        Assert.Equal("revision=old", Words(await AboutAsync(asking, server, "1.0")));
        Assert.Equal(["GET", "GET", "HEAD"], server.Requests.Select(request => request.Method));

        AddImage(May, """{"org.opencontainers.image.revision":"new"}""", "1.0");
        asking.Time.Advance(TimeSpan.FromMinutes(46));
        Assert.Equal("revision=new", Words(await AboutAsync(asking, server, "1.0")));
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task What_was_read_for_the_date_is_not_read_again_for_the_labels_nor_the_other_way_round()
    {
        AddImage(May, """{"org.opencontainers.image.revision":"one"}""", "1.0");
        AddImage(May, """{"org.opencontainers.image.revision":"two"}""", "2.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        await BuildAsync(asking, server, "1.0");
        await AboutAsync(asking, server, "2.0");
        Assert.Equal(4, server.Requests.Count);

        Assert.Equal("revision=one", Words(await AboutAsync(asking, server, "1.0")));
        Assert.NotNull((await BuildAsync(asking, server, "2.0")).CreatedFor([]));
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Fifty_who_ask_in_a_cycle_cost_one_manifest_and_one_config()
    {
        AddImage(May, """{"org.opencontainers.image.revision":"abc"}""", "1.0");
        await using var server = await _store.ServeAsync();
        using var asking = new Asking();
        using var cycle = new RegistryCycle(asking.Client, Token);

        var abouts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cycle.GetAboutAsync(Repository(server), Version("1.0"), [], null, Token)));

        Assert.Equal("revision=abc", Words(Assert.Single(abouts.Distinct())));
        Assert.Equal(["manifests", "blobs"], Asked(server));
    }

    private string AddImage(string created, string labels, params string[] tags) => _store.AddManifest(Config(created, Amd64, labels), tags);

    private string Config(string? created, string platform, string labels) =>
        _store.Add("{" + platform + (created is null ? "" : $",\"created\":\"{created}\"") + ",\"config\":{\"Labels\":" + labels + "}}");

    private static string Words(ImageAbout about) =>
        string.Join(' ', about.Labels.OrderByDescending(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key.Split('.')[^1]}={label.Value}"));

    private static IEnumerable<string> Asked(ScriptedServer server) => server.Requests.Select(request => request.ToString().Split('/')[^2]);

    private static ImageVersion Version(string text) => ImageVersion.TryParse(text, out var version, out var problem) ? version : throw new InvalidOperationException(problem);

    private static RepositoryName Repository(ScriptedServer server) => Asking.Repository($"{server.Host}/team/web");

    private static Task<ImageAbout> AboutAsync(Asking asking, ScriptedServer server, string version, params Platform[] wanted) =>
        asking.Client.GetAboutAsync(Repository(server), Version(version), wanted, null, Token);

    private static Task<ImageBuild> BuildAsync(Asking asking, ScriptedServer server, string tag) =>
        asking.Client.GetBuildAsync(Repository(server), Asking.Tag(tag), [], null, Token);
}
