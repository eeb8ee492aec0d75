using System.Text;
using GitOpsBumper.Adapters.Triggers;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Triggers;

public sealed class TriggerClientTests
{
    private static readonly byte[] Ask = Encoding.UTF8.GetBytes("""{"application": "argocd/web"}""");

    private readonly JumpingTime _time = new();

    [Fact]
    public async Task Who_does_not_wait_for_the_update_waits_for_somebody_to_take_it()
    {
        var asked = 0;
        await using var server = await ScriptedServer.StartAsync(context => ++asked < 4
            ? context.SendAsync(503, """{"error": "nobody leads at the moment"}""")
            : context.SendAsync(202, """{"id": "abc", "state": "waiting"}"""));
        using var client = Client(server);
        var told = new List<string>();
        using var taken = await client.RunAsync(Ask, TimeSpan.Zero, told.Add, TestContext.Current.CancellationToken);
        Assert.Equal("abc", taken.RootElement.GetProperty("id").GetString());
        Assert.Equal(4, server.Requests.Count);
        Assert.Contains("nobody leads at the moment", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_waited_for_for_long_then()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(503, """{"error": "nobody leads at the moment"}"""));
        using var client = Client(server);
        var began = _time.GetUtcNow();
        var failure = await Assert.ThrowsAsync<TriggerException>(() => client.RunAsync(Ask, TimeSpan.Zero, _ => { }, TestContext.Current.CancellationToken));
        Assert.Contains("nobody leads at the moment", failure.Message, StringComparison.Ordinal);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_is_refused_is_not_asked_for_again()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(403, """{"error": "user ada may not trigger argocd/web"}"""));
        using var client = Client(server);
        await Assert.ThrowsAsync<TriggerException>(() => client.RunAsync(Ask, TimeSpan.FromMinutes(5), _ => { }, TestContext.Current.CancellationToken));
        Assert.Single(server.Requests);
    }

    private TriggerClient Client(ScriptedServer server) => new(new Uri($"http://{server.Host}/"), _ => Task.FromResult(new Secret("a-token")), [], _time);
}
