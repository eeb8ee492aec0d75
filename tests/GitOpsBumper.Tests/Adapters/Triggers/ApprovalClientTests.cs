using System.Net;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Triggers;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Triggers;

public sealed class ApprovalClientTests
{
    private static readonly NamespacedName Web = new("argocd", "web");

    [Fact]
    public async Task A_bot_that_has_not_looked_yet_is_asked_again_when_it_says()
    {
        var refusals = new Queue<string>(["2", "3600"]);
        await using var bot = await ScriptedServer.StartAsync(context => AnswerAsync(context, refusals.TryDequeue(out var after) ? after : null));
        var (time, told) = (new HurriedTime(), new List<string>());
        using var client = Create(bot, time, told);
        using var answer = await client.ReadAsync(Web, "web", TestContext.Current.CancellationToken);
        Assert.Equal("1.5.0", answer.RootElement.GetProperty("tag").GetString());
        Assert.Equal([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)], time.Waits);
        Assert.Contains("it is being found out", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patience_has_an_end()
    {
        await using var bot = await ScriptedServer.StartAsync(context => AnswerAsync(context, "1"));
        using var client = Create(bot, new HurriedTime(), []);
        var failure = await Assert.ThrowsAsync<TriggerException>(() => client.DecideAsync(Web, "web", "{}"u8.ToArray(), TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failure.Status);
        Assert.Equal(10, bot.Requests.Count);
    }

    [Fact]
    public async Task What_will_not_be_different_in_a_moment_is_not_asked_again()
    {
        await using var bot = await ScriptedServer.StartAsync(context => context.SendAsync(503, """{"error": "votes cannot be noted"}"""));
        using var client = Create(bot, new HurriedTime(), []);
        await Assert.ThrowsAsync<TriggerException>(() => client.ReadAsync(Web, "web", TestContext.Current.CancellationToken));
        Assert.Single(bot.Requests);
    }

    [Fact]
    public async Task A_slash_in_an_alias_is_sent_as_annotations_have_it()
    {
        await using var bot = await ScriptedServer.StartAsync(context => AnswerAsync(context, null));
        using var client = Create(bot, new HurriedTime(), []);
        using var answer = await client.ReadAsync(Web, "team/web", TestContext.Current.CancellationToken);
        Assert.Equal("GET /api/v1/approvals/argocd/web/team_web", $"{Assert.Single(bot.Requests)}");
    }

    private static ApprovalClient Create(ScriptedServer bot, TimeProvider time, List<string> told) =>
        new(new Uri($"http://{bot.Host}/"), new Secret("token"), new X509Certificate2Collection(), time) { Told = told.Add };

    private static Task AnswerAsync(HttpContext context, string? retryAfter)
    {
        if (retryAfter is null)
            return context.SendAsync(200, """{"tag": "1.5.0"}""");
        context.Response.Headers.RetryAfter = retryAfter;
        return context.SendAsync(503, """{"error": "it is being found out what waits"}""");
    }

    /// <summary>Notes how long somebody would wait, and does not.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
