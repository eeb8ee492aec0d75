using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

public sealed class EventClientTests
{
    private static readonly ObjectReference Web = new("argoproj.io/v1alpha1", "Application", new NamespacedName("argocd", "web"), "u", "1");
    private static readonly ObjectEvent Pinned = new(Web, EventSeverity.Normal, "ImagePinned", "web: 1.0 by an annotation") { Lasts = true };

    private readonly HeldTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_another_process_has_said_is_the_same_event()
    {
        await using var store = await EventStore.StartAsync();
        await NewProcess(store).PostAsync(Pinned, Token);
        _time.Advance(EventClient.Fresh - TimeSpan.FromSeconds(2));
        await NewProcess(store).PostAsync(Pinned with { About = Web with { ResourceVersion = "2" } }, Token);
        Assert.Equal(1, (int)Assert.Single(store.Events.Values)["count"]!);

        _time.Advance(TimeSpan.FromSeconds(4));
        await NewProcess(store).PostAsync(Pinned, Token);
        var told = Assert.Single(store.Events.Values);
        Assert.Equal(2, (int)told["count"]!);
        Assert.Equal(_time.GetUtcNow(), DateTimeOffset.Parse((string)told["lastTimestamp"]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEqual((string)told["firstTimestamp"]!, (string)told["lastTimestamp"]!);
    }

    [Fact]
    public async Task Another_message_reason_or_object_is_another_event()
    {
        await using var store = await EventStore.StartAsync();
        foreach (var told in new[] { Pinned, Pinned with { Message = "web: 1.1" }, Pinned with { Reason = "UpdateFailed" }, Pinned with { About = Web with { Uid = "v" } } })
            await NewProcess(store).PostAsync(told, Token);
        Assert.Equal(4, store.Events.Count);
    }

    [Fact]
    public async Task What_happens_again_is_counted_and_what_is_only_sent_again_is_not()
    {
        await using var store = await EventStore.StartAsync();
        var updated = new ObjectEvent(Web, EventSeverity.Normal, "ImageUpdated", "web from 1.0 to 1.1") { At = _time.GetUtcNow() };
        await NewProcess(store).PostAsync(updated, Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        await NewProcess(store).PostAsync(updated, Token);
        Assert.Equal(1, (int)Assert.Single(store.Events.Values)["count"]!);
        await NewProcess(store).PostAsync(updated with { At = _time.GetUtcNow() }, Token);
        Assert.Equal(2, (int)Assert.Single(store.Events.Values)["count"]!);
    }

    [Fact]
    public async Task An_event_that_is_told_late_says_when_it_happened()
    {
        await using var store = await EventStore.StartAsync();
        var at = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(10));
        await NewProcess(store).PostAsync(new ObjectEvent(Web, EventSeverity.Normal, "ImageUpdated", "web from 1.0 to 1.1") { At = at }, Token);
        var told = Assert.Single(store.Events.Values);
        Assert.Equal("2026-05-01T12:00:00Z", (string?)told["firstTimestamp"]);
        Assert.Equal("2026-05-01T12:00:00Z", (string?)told["lastTimestamp"]);
    }

    [Fact]
    public async Task An_event_that_runs_out_at_the_moment_of_its_repetition_is_posted_anew()
    {
        await using var store = await EventStore.StartAsync();
        await NewProcess(store).PostAsync(Pinned, Token);
        store.BeforePatch = store.Events.Clear;
        Assert.Null(await NewProcess(store).PostAsync(Pinned, Token));
        Assert.Single(store.Events);
    }

    [Fact]
    public async Task Somebody_who_counts_it_at_the_same_moment_is_enough()
    {
        await using var store = await EventStore.StartAsync();
        await NewProcess(store).PostAsync(Pinned, Token);
        _time.Advance(EventClient.Fresh);
        store.AfterRead = () => store.Events.Values.Single()["metadata"]!["resourceVersion"] = "77";
        Assert.Null(await NewProcess(store).PostAsync(Pinned, Token));
        Assert.Equal(1, (int)Assert.Single(store.Events.Values)["count"]!);
    }

    [Fact]
    public async Task An_event_that_may_not_be_counted_is_there_all_the_same()
    {
        await using var store = await EventStore.StartAsync();
        Assert.Null(await NewProcess(store).PostAsync(Pinned, Token));
        store.PatchStatus = 403;
        Assert.Contains("was refused with 403", await NewProcess(store).PostAsync(Pinned, Token), StringComparison.Ordinal);
        store.PostStatus = 403;
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => NewProcess(store).PostAsync(Pinned, Token))).IsForbidden);
    }

    [Fact]
    public async Task The_name_of_an_event_fits_however_long_the_objects_name_is()
    {
        await using var store = await EventStore.StartAsync();
        var longest = Web with { Name = new NamespacedName("argocd", string.Concat(Enumerable.Repeat("a.", 126)) + "b") };
        await NewProcess(store).PostAsync(new ObjectEvent(longest, EventSeverity.Warning, "Said", "It is said."), Token);

        var (name, body) = Assert.Single(store.Events);
        Assert.True(name.Length <= 253);
        Assert.DoesNotContain("..", name, StringComparison.Ordinal);
        Assert.Equal("Warning", (string?)body["type"]);
        Assert.Equal(longest.Name.Name, (string?)body["involvedObject"]!["name"]);
    }

    private EventClient NewProcess(EventStore store) => new(store.Connection, "bumper-0", _time);
}
