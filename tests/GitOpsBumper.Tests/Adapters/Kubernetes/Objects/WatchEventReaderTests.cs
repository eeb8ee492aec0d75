using System.Text;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

public sealed class WatchEventReaderTests
{
    private static readonly string Events =
        $$"""{"type":"ADDED","object":{{Reading.Application("web").ReplaceLineEndings(" ")}}}""" + "\n"
        + $$"""{"type":"MODIFIED","object":{{Reading.Application("web", ",\"status\":{}").ReplaceLineEndings(" ")}}}""" + "\n\n"
        + """{"type":"BOOKMARK","object":{"kind":"Application","apiVersion":"argoproj.io/v1alpha1","metadata":{"resourceVersion":"99","creationTimestamp":null},"spec":{"source":{}}}}""" + "\r\n"
        + """{"type":"NEW_KIND","object":{"a":1}}""" + "\n"
        + $$"""{"type":"DELETED","object":{{Reading.Application("web").ReplaceLineEndings(" ")}}}""" + "\n"
        + """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 1 (9)","reason":"Expired","code":410}}""" + "\n";

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task Events_read_the_same_however_they_arrive(int chunk)
    {
        var events = await ReadAsync(Events, chunk);

        Assert.Equal(5, events.Count);
        Assert.Null(Watched(Assert.IsType<WatchEvent<ApplicationSnapshot>.Seen>(events[0]).Reading).Value.RunningImages);
        Assert.Empty(Watched(Assert.IsType<WatchEvent<ApplicationSnapshot>.Seen>(events[1]).Reading).Value.RunningImages!);
        Assert.Equal("99", Assert.IsType<WatchEvent<ApplicationSnapshot>.Bookmark>(events[2]).ResourceVersion);
        Assert.Equal("argocd/web", Watched(Assert.IsType<WatchEvent<ApplicationSnapshot>.Deleted>(events[3]).Reading).Name.ToString());
        Assert.Equal(new WatchEvent<ApplicationSnapshot>.Error(410, "too old resource version: 1 (9)"), events[4]);
    }

    [Fact]
    public async Task A_watch_may_end_between_two_events_and_nowhere_else()
    {
        var bytes = Encoding.UTF8.GetBytes(Events);
        var ends = new HashSet<int> { 0 };
        var depth = 0;
        for (var index = 0; index < bytes.Length; index++)
        {
            depth += bytes[index] switch { (byte)'{' => 1, (byte)'}' => -1, _ => 0 };
            if (depth == 0)
                ends.Add(index + 1);
        }

        for (var length = 0; length <= bytes.Length; length += 1)
        {
            var text = Encoding.UTF8.GetString(bytes, 0, length);
            if (ends.Contains(length))
                await ReadAsync(text, 50);
            else
                Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync(text, 50))).IsTransient);
        }
    }

    [Fact]
    public async Task An_event_is_told_as_soon_as_its_last_byte_is_there()
    {
        // The stream never ends: whoever waited for more than the event would wait for ever.
        var first = Events[..Events.IndexOf('\n', StringComparison.Ordinal)];
        await using var stream = new EndlessStream(Encoding.UTF8.GetBytes(first));
        var token = TestContext.Current.CancellationToken;
        await using var events = new WatchEventReader<ApplicationSnapshot>(ObjectKinds.Application, new StringTable()).ReadAsync(stream, token).GetAsyncEnumerator(token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("argocd/web", Watched(Assert.IsType<WatchEvent<ApplicationSnapshot>.Seen>(events.Current).Reading).Name.ToString());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":[]}""")]
    [InlineData("""{"type":1,"object":"x"}""")]
    public async Task What_is_no_event_is_refused(string json)
    {
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync(json + "\n", 3));
        Assert.Equal("the watch of applications sent something that is no event", failure.Message);
    }

    private static Watched<ApplicationSnapshot> Watched(ObjectReading<ApplicationSnapshot> reading) => Assert.IsType<ObjectReading<ApplicationSnapshot>.Good>(reading).Watched;

    private static async Task<List<WatchEvent<ApplicationSnapshot>>> ReadAsync(string text, int chunk)
    {
        await using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk);
        var events = new List<WatchEvent<ApplicationSnapshot>>();
        await foreach (var told in new WatchEventReader<ApplicationSnapshot>(ObjectKinds.Application, new StringTable()).ReadAsync(stream, TestContext.Current.CancellationToken))
            events.Add(told);
        return events;
    }

    private sealed class EndlessStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
