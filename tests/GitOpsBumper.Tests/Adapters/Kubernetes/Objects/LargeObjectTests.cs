using System.Globalization;
using System.Text;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

/// <summary>Objects that are larger or deeper than any that is read: nobody else suffers from them.</summary>
public sealed class LargeObjectTests
{
    private const int Large = JsonBounds.MaxTextBytes + 100_000;

    /// <summary>As a network cuts them, and awkwardly at the start.</summary>
    private static readonly int[] Chunks = [1, 3, 60_000, 200_001];

    [Fact]
    public async Task What_nobody_reads_may_be_as_deep_as_the_API_server_takes_it()
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var values = string.Concat(Enumerable.Repeat(open, 9990)) + "1" + string.Concat(Enumerable.Repeat(close, 9990));
            var deep = Reading.Application("deep").Replace("\"path\"", $"\"helm\":{{\"valuesObject\":{values},\"releaseName\":\"r\"}},\"path\"", StringComparison.Ordinal);
            var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(deep, Reading.Application("web")), 7, 1000);
            Assert.Equal(["argocd/deep", "argocd/web"], list.Objects.Select(watched => watched.Name.ToString()));
            Assert.Equal("r", list.Objects[0].Value.Sources[0].HelmReleaseName);
        }
    }

    [Fact]
    public async Task What_is_read_and_too_deep_makes_its_object_unreadable_alone()
    {
        var images = string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200));
        var deep = Reading.Application("deep", $",\"status\":{{\"summary\":{{\"images\":{images}}}}}");
        var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(Reading.Application("api"), deep, Reading.Application("web")), 11);

        Assert.Equal(3, list.Readings.Count);
        Assert.Equal(
            new UnreadableObject(new NamespacedName("argocd", "deep"), "Application argocd/deep is nested deeper than 100 levels in the fields that are read"), Reading.Unreadable(list));
    }

    [Theory]
    [InlineData("spec")]
    [InlineData("metadata")]
    public async Task What_is_read_and_too_much_makes_its_object_unreadable_alone(string where)
    {
        // In the annotations it comes before the name.
        var numbers = Enumerable.Range(0, 60_000).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToList();
        var fat = where == "spec"
            ? Reading.Application("fat").Replace("\"path\"", $"\"helm\":{{\"parameters\":[{string.Join(',', numbers.Select(number => $"{{\"name\":\"{number}\"}}"))}]}},\"path\"", StringComparison.Ordinal)
            : Reading.Application("fat").Replace("\"name\":\"fat\"", $"\"annotations\":{{{string.Join(',', numbers.Select(number => $"\"a{number}\":\"{new string('x', 50)}\""))}}},\"name\":\"fat\"", StringComparison.Ordinal);
        var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(Reading.Application("api"), fat, Reading.Application("web")), Chunks);

        Assert.Equal(3, list.Readings.Count);
        Assert.Equal("Application argocd/fat has more than 8388608 bytes in the fields that are read", Reading.Unreadable(list).Reason);
        Assert.Equal("77", list.ResourceVersion);
    }

    [Theory]
    [InlineData("x", "")]
    [InlineData("\\\"\\\\", "")]
    [InlineData("x", " \t\n ")]
    public async Task A_text_that_is_longer_than_any_is_passed_over_where_nobody_reads_it(string piece, string blank)
    {
        var text = Text(piece);
        foreach (var status in new[] { $"\"resources\":[{blank}\"{text}\",\"b\"]", $"\"history\"{blank}:{blank}\"{text}\"", $"{blank}\"{text}\":1", $"\"resources\":{{\"{text}\":[1]}}" })
        {
            var fat = Reading.Application("fat", $",\"status\":{{{status},\"sourceType\":\"Helm\"}}");
            var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(fat, Reading.Application("web")), Chunks);
            Assert.Equal(["argocd/fat", "argocd/web"], list.Objects.Select(watched => watched.Name.ToString()));
            Assert.Equal(SourceKind.Helm, list.Objects[0].Value.Sources[0].Kind);
        }
    }

    [Theory]
    [InlineData("\"releaseName\":\"{0}\"")]
    [InlineData("\"parameters\":[{{\"{0}\":\"x\"}}]")]
    [InlineData("\"valueFiles\":[\"a\",\"{0}\",\"b\"]")]
    public async Task A_text_that_is_longer_than_any_makes_its_object_unreadable_where_it_is_read(string helm)
    {
        var field = string.Format(CultureInfo.InvariantCulture, helm, Text("\\\\"));
        var fat = Reading.Application("fat").Replace("\"path\"", $"\"helm\":{{{field}}},\"path\"", StringComparison.Ordinal);
        var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(fat, Reading.Application("web")), Chunks);

        Assert.Equal(2, list.Readings.Count);
        Assert.Equal("Application argocd/fat has a text that is too long in the fields that are read", Reading.Unreadable(list).Reason);
    }

    [Theory]
    [InlineData("{\"apiVersion\":\"x\",\"items\":[],\"kind\":\"ApplicationList\",\"metadata\":{\"continue\":\"LONG\",\"resourceVersion\":\"1\"}}")]
    [InlineData("{\"kind\":\"ApplicationList\",\"metadata\":{\"continue\":\"LONG\",\"resourceVersion\":\"1\"},\"items\":[ITEM,ITEM]}")]
    public async Task A_token_that_was_lost_is_an_error_and_never_a_shorter_list(string json)
    {
        var whole = json.Replace("LONG", Text("x"), StringComparison.Ordinal).Replace("ITEM", Reading.Application("web"), StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Reading.ListAsync(ObjectKinds.Application, whole, Chunks));
        Assert.Equal("the list of applications has a text that is too long in the fields that are read", failure.Message);
    }

    [Fact]
    public async Task A_text_that_is_cut_off_while_it_is_passed_over_is_an_error()
    {
        var json = Encoding.UTF8.GetBytes($"{{\"kind\":\"ApplicationList\",\"more\":\"{Text("x")}");
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Reading.ListAsync(ObjectKinds.Application, json, 1 << 26, Chunks));
        Assert.Equal($"the list of applications was cut off after {json.Length} bytes", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Theory]
    [InlineData("\"resources\":[\"{0}\"]")]
    [InlineData("\"resources\":[[[[1,2,3],{{}}],\"{0}\",[{{\"a\":[1]}}]],5]")]
    public async Task An_item_that_does_not_end_ends_the_list_and_is_named(string status)
    {
        var fat = Reading.Application("endless", $",\"status\":{{{string.Format(CultureInfo.InvariantCulture, status, Text("x"))}}}");
        await using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(Reading.ApplicationList(Reading.Application("web"), fat)), Chunks);
        using var nodes = new JsonNodeReader(
            stream, new WantedFields { ["items"] = new WantedFields { HandsOutItems = true }.And(ObjectKinds.Application.Wanted) }, new StringTable(), new JsonBounds("the list", long.MaxValue) { MaxItemBytes = 1_000_000 }, many: false);
        Assert.NotNull(await nodes.NextAsync(TestContext.Current.CancellationToken));
        var failure = await Assert.ThrowsAsync<KubernetesException>(async () => await nodes.NextAsync(TestContext.Current.CancellationToken));
        Assert.Equal("the list has an item of more than 1000000 bytes ('endless') and is not read", failure.Message);
    }

    [Fact]
    public async Task An_event_about_an_object_that_is_too_large_tells_which_one_it_is()
    {
        var fat = Reading.Application("fat", $",\"status\":{{\"summary\":{{\"images\":[\"{Text("x")}\"]}}}}").ReplaceLineEndings(" ");
        var text = $"{{\"type\":\"MODIFIED\",\"object\":{fat}}}\n{{\"object\":{fat},\"type\":\"DELETED\"}}\n{{\"type\":\"ADDED\",\"object\":{Reading.Application("web").ReplaceLineEndings(" ")}}}\n";
        await using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), Chunks);
        var events = new List<WatchEvent<ApplicationSnapshot>>();
        await foreach (var told in new WatchEventReader<ApplicationSnapshot>(ObjectKinds.Application, new StringTable()).ReadAsync(stream, TestContext.Current.CancellationToken))
            events.Add(told);

        Assert.Equal(3, events.Count);
        Assert.Equal("fat", Assert.IsType<ObjectReading<ApplicationSnapshot>.Bad>(Assert.IsType<WatchEvent<ApplicationSnapshot>.Seen>(events[0]).Reading).Unreadable.Name.Name);
        Assert.Equal("fat", Assert.IsType<ObjectReading<ApplicationSnapshot>.Bad>(Assert.IsType<WatchEvent<ApplicationSnapshot>.Deleted>(events[1]).Reading).Unreadable.Name.Name);
        Assert.IsType<ObjectReading<ApplicationSnapshot>.Good>(Assert.IsType<WatchEvent<ApplicationSnapshot>.Seen>(events[2]).Reading);
    }

    [Fact]
    public void A_deep_Application_can_be_patched()
    {
        var values = string.Concat(Enumerable.Repeat("[", 9990)) + string.Concat(Enumerable.Repeat("]", 9990));
        var json = Encoding.UTF8.GetBytes(Reading.Application("deep").Replace("\"path\"", $"\"helm\":{{\"valuesObject\":{values}}},\"path\"", StringComparison.Ordinal));
        var seen = ApplicationManifest.Read(new ManifestNode { Line = 0, Map = [] }, new NamespacedName("argocd", "deep"));
        var live = LiveApplication.Read(new Watched<ApplicationSnapshot>(seen, seen.Name, "u", "1"), json);
        Assert.Same(seen, live.Seen.Value);
    }

    private static string Text(string piece) => string.Concat(Enumerable.Repeat(piece, Large / piece.Length));
}
