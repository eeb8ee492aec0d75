using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries;

public sealed class RegistryCycleTests
{
    private const string Tags = """{"tags":["1.0"]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_applications_cost_one_question_per_repository_and_credential()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, Tags));
        using var asking = new Asking();
        using var cycle = new RegistryCycle(asking.Client, Token);
        var repository = Asking.Repository($"{server.Host}/team/web");

        var lists = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cycle.ListTagsAsync(repository, null, Token)));
        Assert.Single(lists.Distinct());
        Assert.Single(server.Requests);

        await cycle.ListTagsAsync(repository, new UserCredential("puller", new Secret("s3cret")), Token);
        await cycle.ListTagsAsync(repository, new UserCredential("puller", new Secret("s3cret")), Token);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_failure_is_the_same_for_all_who_ask_in_the_cycle_and_forgotten_with_it()
    {
        var works = false;
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(works ? 200 : 404, Tags));
        using var asking = new Asking();
        var repository = Asking.Repository($"{server.Host}/team/web");
        using (var cycle = new RegistryCycle(asking.Client, Token))
        {
            for (var count = 0; count < 3; count++)
                await Assert.ThrowsAsync<RegistryException>(() => cycle.ListTagsAsync(repository, null, Token));
        }

        Assert.Single(server.Requests);
        works = true;
        using var next = new RegistryCycle(asking.Client, Token);
        Assert.Single(await next.ListTagsAsync(repository, null, Token));
    }

    [Fact]
    public async Task A_credential_that_is_always_refused_is_not_tried_until_the_account_is_locked()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(401, "{}"));
        using var asking = new Asking();
        using var cycle = new RegistryCycle(asking.Client, Token);
        var credential = new UserCredential("puller", new Secret("s3cret"));
        for (var number = 0; number < 10; number++)
        {
            var failure = await Assert.ThrowsAsync<RegistryException>(() => cycle.ListTagsAsync(Asking.Repository($"{server.Host}/team/web-{number}"), credential, Token));
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, failure.Status);
        }

        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_credential_that_opens_something_goes_on_to_be_tried()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(context.Request.Path.Value!.Contains("open", StringComparison.Ordinal) ? 200 : 401, Tags));
        using var asking = new Asking();
        using var cycle = new RegistryCycle(asking.Client, Token);
        var credential = new UserCredential("puller", new Secret("s3cret"));
        await cycle.ListTagsAsync(Asking.Repository($"{server.Host}/team/open"), credential, Token);
        for (var number = 0; number < 10; number++)
            await Assert.ThrowsAsync<RegistryException>(() => cycle.ListTagsAsync(Asking.Repository($"{server.Host}/team/web-{number}"), credential, Token));

        Assert.Equal(11, server.Requests.Count);
    }

    [Fact]
    public async Task Whoever_gives_up_does_not_spoil_the_answer_for_the_others()
    {
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            arrived.SetResult();
            await answer.Task;
            await context.SendAsync(200, Tags);
        });
        using var asking = new Asking();
        using var cycle = new RegistryCycle(asking.Client, Token);
        using var impatient = new CancellationTokenSource();
        var repository = Asking.Repository($"{server.Host}/team/web");

        var first = cycle.ListTagsAsync(repository, null, impatient.Token);
        var second = cycle.ListTagsAsync(repository, null, Token);
        await arrived.Task;
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult();

        Assert.Single(await second);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_end_of_the_cycle_ends_what_is_under_way()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var asking = new Asking();
        using var cycle = new RegistryCycle(asking.Client, Token);
        var list = cycle.ListTagsAsync(Asking.Repository($"{server.Host}/team/web"), null, Token);
        await arrived.Task;
        cycle.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => list);
    }
}
