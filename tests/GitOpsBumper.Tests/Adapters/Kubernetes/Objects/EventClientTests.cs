using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

public sealed class EventClientTests
{
    private static readonly ObjectReference Web = new("argoproj.io/v1alpha1", "Application", new NamespacedName("argocd", "web"), "u", "1");

    [Fact]
    public async Task A_bot_that_talks_a_lot_forgets_what_it_said_longest_ago()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(201, "{}"));
        using var connection = Connections.To(server);
        var time = new HeldTime();
        using var events = new EventClient(connection, "bumper-0", time);
        for (var number = 0; number < EventClient.MaxRemembered + 10; number++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await events.PostAsync(new ObjectEvent(Web, EventSeverity.Normal, "Said", $"{number}"), token);
        }

        Assert.Equal(EventClient.MaxRemembered, events.Remembered);
        await events.PostAsync(new ObjectEvent(Web, EventSeverity.Normal, "Said", "0"), token);
        await events.PostAsync(new ObjectEvent(Web, EventSeverity.Normal, "Said", "4000"), token);
        Assert.Equal(["POST", "PATCH"], server.Requests.TakeLast(2).Select(request => request.Method));
    }

    [Fact]
    public async Task The_name_of_an_event_fits_however_long_the_objects_name_is()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(201, "{}"));
        using var connection = Connections.To(server);
        using var events = new EventClient(connection, "bumper-0", new HeldTime());
        var longest = Web with { Name = new NamespacedName("argocd", string.Concat(Enumerable.Repeat("a.", 126)) + "b") };
        await events.PostAsync(new ObjectEvent(longest, EventSeverity.Warning, "Said", "It is said."), TestContext.Current.CancellationToken);

        var body = System.Text.Json.Nodes.JsonNode.Parse(Assert.Single(server.Requests).Body)!;
        var name = (string)body["metadata"]!["name"]!;
        Assert.True(name.Length <= 253);
        Assert.DoesNotContain("..", name, StringComparison.Ordinal);
        Assert.Equal("Warning", (string?)body["type"]);
        Assert.Equal(longest.Name.Name, (string?)body["involvedObject"]!["name"]);
    }
}
