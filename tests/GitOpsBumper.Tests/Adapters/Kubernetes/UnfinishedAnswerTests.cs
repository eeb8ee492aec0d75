using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Kubernetes;

public sealed class UnfinishedAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_begins_and_does_not_end_is_not_waited_for()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{\"kind\":");
            await context.Response.Body.FlushAsync();
            var over = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(over.SetResult);
            await over.Task;
        });
        using var connection = Connections.To(server);
        var call = new KubernetesCall(HttpMethod.Get, "/api/v1/namespaces/argocd/secrets/web") { Timeout = TimeSpan.FromSeconds(2) };
        await using (var reply = await connection.SendAsync(call, Token))
        {
            var failure = await Assert.ThrowsAsync<KubernetesException>(() => reply.ReadAllAsync(100, Token));
            Assert.True(failure.IsTransient);
            Assert.Contains("did not end it in time", failure.Message, StringComparison.Ordinal);
        }

        // Whoever has ended the wait hears of that, and of nothing else.
        using var enough = new CancellationTokenSource();
        await using var other = await connection.SendAsync(call with { Timeout = TimeSpan.FromMinutes(5) }, Token);
        var reading = other.ReadAllAsync(100, enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
