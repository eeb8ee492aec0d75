using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>What the text of a request tells of images, and what that costs.</summary>
public sealed class TextTests(World world)
{
    private const string Source = "https://github.com/team/web";
    private const string Old = "1111111aaaaaaa";
    private const string New = "2222222bbbbbbb";

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 15, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_request_tells_digest_date_and_links_and_each_version_is_asked_about_once()
    {
        await using var play = await RequestStage.SetAsync(world);
        var path = play.Stage.RepositoryPath("web");
        var (older, newer) = (Labelled(Monday.AddDays(-7), Source + ".git", Old), Labelled(Monday, Source, New));
        await play.Stage.Registry.Images.PushImageAsync(path, older, ["1.0.0"], Stage.Token);
        var digest = await play.Stage.Registry.Images.PushImageAsync(path, newer, ["1.1.0"], Stage.Token);
        Deploy(play, "shop", "web");
        await play.Stage.PublishAsync();
        var before = await CountAsync(play, path);

        Assert.Equal("shop 1.1.0 updated #1, web 1.1.0 updated #2", await play.DecideAsync());
        foreach (var request in play.Forge.Open)
        {
            Assert.Contains($"<br>`{digest}` | 2026-03-02 08:15Z |", request.Body, StringComparison.Ordinal);
            Assert.Contains($"[changes]({Source}/compare/{Old}...{New})", request.Body, StringComparison.Ordinal);
            Assert.Contains($"[releases]({Source}/releases)", request.Body, StringComparison.Ordinal);
        }

        string[] asked = [$"blobs/{ConfigOf(newer)}", $"blobs/{ConfigOf(older)}", "manifests/1.0.0", "manifests/1.1.0", "tags/list"];
        Assert.Equal(asked.Order(StringComparer.Ordinal), (await AskedAsync(play, path, before)).Order(StringComparer.Ordinal));

        // Quiet: what stands there already is not described again.
        before = await CountAsync(play, path);
        Assert.Equal("shop 1.1.0 pending #1, web 1.1.0 pending #2", await play.DecideAsync());
        Assert.Equal(["tags/list"], await AskedAsync(play, path, before));
    }

    [Fact]
    public async Task Of_a_version_that_names_no_source_the_one_before_is_not_asked_about()
    {
        await using var play = await RequestStage.SetAsync(world);
        var path = play.Stage.RepositoryPath("web");
        await play.Stage.Registry.Images.PushImageAsync(path, Labelled(Monday, Source, Old), ["1.0.0"], Stage.Token);
        var digest = await play.Stage.Registry.Images.PushImageAsync(path, TestImage.Amd64(Monday) with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ImageAbout.RevisionLabel] = New } }, ["1.1.0"], Stage.Token);
        Deploy(play, "web");
        await play.Stage.PublishAsync();
        var before = await CountAsync(play, path);

        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        Assert.Contains($"`{digest}`", play.Forge.Request(1).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("](http", play.Forge.Request(1).Body, StringComparison.Ordinal);
        Assert.Equal(1, (await AskedAsync(play, path, before)).Count(asked => asked.StartsWith("manifests/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_cannot_be_read_is_left_out_and_proposed_all_the_same()
    {
        await using var play = await RequestStage.SetAsync(world);
        var path = play.Stage.RepositoryPath("web");
        var newer = Labelled(Monday, Source, New);
        await play.Stage.PushTagsAsync("web", "1.0.0");
        await play.Stage.Registry.Images.PushImageAsync(path, newer, ["1.1.0"], Stage.Token);
        using (var http = new HttpClient())
        using (var response = await http.DeleteAsync(new Uri(play.Stage.Registry.Url, $"/v2/{path}/blobs/{ConfigOf(newer)}"), Stage.Token))
            response.EnsureSuccessStatusCode();
        Deploy(play, "web");
        await play.Stage.PublishAsync();

        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        Assert.Contains("| `1.0.0` | `1.1.0` | - |", play.Forge.Request(1).Body, StringComparison.Ordinal);
    }

    private static TestImage Labelled(DateTimeOffset created, string source, string revision) => TestImage.Amd64(created) with
    {
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ImageAbout.SourceLabel] = source, [ImageAbout.RevisionLabel] = revision, ["maintainer"] = "Ada" },
    };

    private static void Deploy(RequestStage play, params string[] names)
    {
        foreach (var name in names)
        {
            play.Stage.Deploy(new Deployment(name, play.Stage.Image("web"))
            {
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["pull-request"] = "true" },
            });
        }
    }

    private static Digest ConfigOf(TestImage image) => ImagePusher.DigestOf(ImagePusher.ConfigOf(image));

    private static async Task<int> CountAsync(RequestStage play, string path) => (await play.Stage.Registry.RequestsAsync(path, Stage.Token)).Count;

    private static async Task<IReadOnlyList<string>> AskedAsync(RequestStage play, string path, int before) =>
        [.. (await play.Stage.Registry.RequestsAsync(path, Stage.Token)).Skip(before).Select(request => request.Path[$"/v2/{path}/".Length..])];
}
